from django.http import HttpResponse


async def results(request):
    return HttpResponse("Nobody has counted yet.", content_type="text/plain")
