from allauth.account.decorators import reauthentication_required
from allauth.mfa.recovery_codes.views import download_recovery_codes, view_recovery_codes
from django.urls import include, path
from django.views.generic import RedirectView

from portal.accounts import views

asks_again = reauthentication_required(app="allauth.mfa")

urlpatterns = [
    path("sessions/", views.own_sessions, name="account_sessions"),
    path("sessions/end-others/", views.end_other_sessions, name="account_end_other_sessions"),
    path("sessions/<str:handle>/end/", views.end_session, name="account_end_session"),
    path("second-factor/", views.second_factor_due, name="account_second_factor_due"),
    # An address is somebody's name in the audit log: it is not changed, and nobody signs up.
    path("email/", RedirectView.as_view(pattern_name="mfa_index")),
    path("signup/", RedirectView.as_view(pattern_name="account_login")),
    # Whoever reads these has a second factor from then on: allauth shows them to every session.
    # In the place of allauth's: it would lead in circles where no factor is left to ask for.
    path("2fa/authenticate/", views.second_factor, name="mfa_authenticate"),
    path("2fa/recovery-codes/", asks_again(view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/download/", asks_again(download_recovery_codes), name="mfa_download_recovery_codes"),
    path("", include("allauth.urls")),
]
