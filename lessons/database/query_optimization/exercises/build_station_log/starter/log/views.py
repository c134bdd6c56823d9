from django.http import JsonResponse


def stations(request):
    return JsonResponse({"stations": []})


def readings(request, pk):
    return JsonResponse({"readings": [], "next": None})


def alarms(request):
    return JsonResponse({"alarms": []})
