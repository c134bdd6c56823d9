"""Found by allauth, which looks for a module of this name in every installed app."""

import secrets
from typing import Any

from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest, HttpResponse


class NonceProvider(OpenIDConnectProvider):
    """allauth's own sends no nonce. This one does; WalksSocialAdapter asks for it."""

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: Any = None,
        **kwargs: Any,
    ) -> HttpResponse:
        nonce = secrets.token_urlsafe(16)
        params = kwargs.get("auth_params") or self.get_auth_params()
        kwargs["auth_params"] = {**params, "nonce": nonce}
        return super().redirect(request, process, next_url, data, nonce=nonce, **kwargs)


provider_classes = [NonceProvider]
