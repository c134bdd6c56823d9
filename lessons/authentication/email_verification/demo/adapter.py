from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class HarbourAdapter(DefaultAccountAdapter):
    """Where people are sent next. A project with LOGIN_REDIRECT_URL and its like needs none of this."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("email_verification:home")

    get_signup_redirect_url = get_logout_redirect_url = get_login_redirect_url

    def get_email_verification_redirect_url(self, email_address: object) -> str:
        signed_in = self.request.user.is_authenticated
        return reverse("email_verification:home" if signed_in else "account_login")
