from django.conf import settings
from django.http import HttpResponse, HttpResponsePermanentRedirect


class KeepToHttps:
    """Answers the load balancer, sends HTTP away, and leaves the rest to Django."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path == "/livez":
            return HttpResponse("ok")
        if not request.is_secure():
            host = request.get_host()
            return HttpResponsePermanentRedirect(f"https://{host}{request.get_full_path()}")
        response = self.get_response(request)
        response.headers["Strict-Transport-Security"] = f"max-age={settings.HSTS_WEEK}"
        return response
