from django.http import HttpResponse


def home(request):
    """Who asks, as far as the headers say."""
    return HttpResponse(
        f"host: {request.get_host()}\n"
        f"visitor: {request.headers.get('X-Forwarded-For', 'not told')}\n"
        f"scheme: {request.headers.get('X-Forwarded-Proto', 'not told')}\n",
        content_type="text/plain",
    )


def events(request):
    return HttpResponse(": nothing yet\n\n", content_type="text/event-stream")
