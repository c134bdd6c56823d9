"""The market's own middleware."""

import secrets


def content_security_policy(get_response):
    """Every response has a policy; what a view has set itself stays."""

    def middleware(request):
        request.csp_nonce = secrets.token_urlsafe(16)
        response = get_response(request)
        policy = (
            "default-src 'self'; script-src 'self' 'unsafe-inline'; object-src 'none'; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return middleware
