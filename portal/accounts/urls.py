from django.urls import include, path
from django.views.generic import RedirectView

from portal.accounts import views

urlpatterns = [
    path("second-factor/", views.second_factor_due, name="account_second_factor_due"),
    # An address is somebody's name in the audit log: it is not changed, and nobody signs up.
    path("email/", RedirectView.as_view(pattern_name="mfa_index")),
    path("signup/", RedirectView.as_view(pattern_name="account_login")),
    path("", include("allauth.urls")),
]
