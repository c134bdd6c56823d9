from django.http import JsonResponse


def refuse(request, reason=""):
    return JsonResponse({"error": "csrf", "reason": str(reason), "hint": "GET /api/session/"}, status=403)
