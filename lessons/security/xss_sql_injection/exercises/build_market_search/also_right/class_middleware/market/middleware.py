"""The market's own middleware."""

import secrets

from django.utils.functional import SimpleLazyObject

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}


class PolicyMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.csp_nonce = SimpleLazyObject(lambda: secrets.token_hex(16))
        response = self.get_response(request)
        if not response.has_header("Content-Security-Policy"):
            parts = {**POLICY, "script-src": f"'strict-dynamic' 'nonce-{request.csp_nonce}'"}
            response["Content-Security-Policy"] = "; ".join(
                f"{name} {value}" for name, value in parts.items()
            )
        return response
