"""Every address of the portal."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from portal.audit import views as audit
from portal.dashboard import finding
from portal.tillapi.views import UnknownEndpoint
from portal.web import views as web
from portal.webhooks import views as webhooks
from terminals.views import merchants

handler403 = "portal.web.views.forbidden"

of_merchant: list[URLPattern | URLResolver] = [
    path("", include("portal.dashboard.urls")),
    path("payments/", include("payments.urls")),
    path("refunds/", include("refunds.urls")),
    path("", include("terminals.urls")),
    path("people/", include("portal.accounts.people_urls")),
    path("audit/", include("portal.audit.urls")),
    path("banners/", web.merchant_banners, name="merchant-banners"),
]

urlpatterns = [
    path("", web.home, name="home"),
    path("banners/", web.banners, name="banners"),
    path("find/", finding.find_everywhere, name="find"),
    path("accounts/", include("portal.accounts.urls")),
    path("audit/", audit.everything, name="audit"),
    path("audit/export.<str:kind>", audit.export_everything, name="audit-export"),
    path("merchants/", merchants.listing, name="merchants"),
    path("merchants/new/", merchants.add, name="add-merchant"),
    path("merchants/<int:merchant_id>/", include(of_merchant)),
    path("qr/", include("terminals.qr_urls")),
    path("webhooks/<uuid:slug>/", webhooks.receive, name="webhook"),
    path("api/pos/", include("refunds.api.urls")),
    path("api/pos/", include("payments.api.urls")),
    path("api/pos/", include("terminals.api.urls")),
    re_path(r"^api/pos(/[\s\S]*)?\Z", UnknownEndpoint.as_view()),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/help/", include("portal.help.urls")),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]
