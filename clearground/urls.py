"""All addresses: our pages, and those of the login library that we use."""

from allauth.account import views as account
from allauth.mfa.base import views as codes
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import URLPattern, URLResolver, include, path

from clearground.web.account.views import change_password

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("clearground.web.urls")),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/password/", change_password, name="account_change_password"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/code/", codes.index, name="mfa_index"),
    path("account/code/authenticate/", codes.authenticate, name="mfa_authenticate"),
    path("account/code/reauthenticate/", codes.reauthenticate, name="mfa_reauthenticate"),
    path("account/code/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/code/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/code/recovery/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/code/recovery/generate/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/code/recovery/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
