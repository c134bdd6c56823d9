"""Where allauth meets the course: it calls this, and this may call everything."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.http import Http404, HttpRequest

from lms.accounts.models import User
from lms.progress.merge import merge_visitor


class AccountAdapter(DefaultAccountAdapter):
    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, and take along what was done before.

        Every way in ends here: the password, the code after sign-up, a second factor, a social account. The
        merge comes first, because signing in empties a session that belonged to somebody else, and the
        visitor's key with it.
        """
        merge_visitor(request, user)
        super().login(request, user)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """A provider without an id in the environment is not there: 404, and no error of ours."""
        try:
            return super().get_app(request, provider, client_id=client_id)
        except SocialApp.DoesNotExist as error:
            raise Http404(f"{provider} is not set up here.") from error
