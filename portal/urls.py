"""Every address of the portal."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from portal.tillapi.views import UnknownEndpoint

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api-docs")),
    path("", include("terminals.urls")),
    path("api/pos/", include("payments.api.urls")),
    path("api/pos/", include("terminals.api.urls")),
    re_path(r"^api/pos(/.*)?$", UnknownEndpoint.as_view()),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]
