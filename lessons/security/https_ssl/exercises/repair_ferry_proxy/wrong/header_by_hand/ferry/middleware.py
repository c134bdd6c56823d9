from django.http import HttpResponsePermanentRedirect


class KeepToHttps:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.headers.get("X-Forwarded-Proto") != "https" and request.path != "/livez":
            return HttpResponsePermanentRedirect(f"https://{request.get_host()}{request.get_full_path()}")
        return self.get_response(request)
