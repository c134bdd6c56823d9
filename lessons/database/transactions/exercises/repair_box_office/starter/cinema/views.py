from cinema.booking import Taken, TooLittle, book as take_seat
from cinema.models import Card
from django.http import JsonResponse
from django.views.decorators.http import require_POST


@require_POST
def book(request):
    try:
        booking = take_seat(request.POST["card"], request.POST["show"], request.POST["seat"])
    except Taken:
        return JsonResponse({"error": "taken"}, status=409)
    except TooLittle:
        return JsonResponse({"error": "too little"}, status=402)
    return JsonResponse({"booking": booking.pk}, status=201)


def cards(request):
    return JsonResponse({"cards": list(Card.objects.order_by("pk").values("id", "email", "balance"))})
