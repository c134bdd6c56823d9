from django.shortcuts import redirect


class KeepToHttps:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.is_secure():
            return redirect("https://ferry.example/")
        return self.get_response(request)
