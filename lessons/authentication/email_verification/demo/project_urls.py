"""allauth's views with this demo's templates, under the names by which allauth looks for them.

A project writes `path("accounts/", include("allauth.urls"))` and puts its templates into templates/account/.
"""

from django.contrib.auth.decorators import login_required
from django.urls import path, re_path, reverse_lazy

from . import accounts

signed_in = login_required(login_url=reverse_lazy("account_login"))

urlpatterns = [
    path("accounts/login/", accounts.SignInView.as_view(), name="account_login"),
    path("accounts/logout/", accounts.SignOutView.as_view(), name="account_logout"),
    path("accounts/signup/", accounts.SignUpView.as_view(), name="account_signup"),
    path("accounts/inactive/", accounts.InactiveView.as_view(), name="account_inactive"),
    path("accounts/email/", signed_in(accounts.AddressView.as_view()), name="account_email"),
    path("accounts/confirm-email/", accounts.sent_or_code, name="account_email_verification_sent"),
    re_path(
        r"^accounts/confirm-email/(?P<key>[-:\w]+)/$",
        accounts.ConfirmView.as_view(),
        name="account_confirm_email",
    ),
    # Somebody who signs up with a taken address is sent here by letter.
    path("accounts/password/reset/", accounts.forgot, name="account_reset_password"),
    path("accounts/password/reset/done/", accounts.forgot_done, name="account_reset_password_done"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        accounts.new_password,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        accounts.new_password_done,
        name="account_reset_password_from_key_done",
    ),
]
