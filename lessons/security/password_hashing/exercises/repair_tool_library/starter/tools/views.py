from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from tools.accounts import hash_password, password_is_right
from tools.models import Borrower


def home(request):
    return render(request, "tools/home.html", {"count": Borrower.objects.count()})


@require_POST
def join(request):
    name = request.POST["name"]
    if Borrower.objects.filter(name=name).exists():
        return HttpResponse("That name is taken.", status=409)
    Borrower.objects.create(name=name, password=hash_password(request.POST["password"]))
    return HttpResponse(f"Welcome to the library, {name}.", status=201)


@require_POST
def sign_in(request):
    name, raw = request.POST["name"], request.POST["password"]
    borrower = Borrower.objects.filter(name=name).first()
    if borrower is None:
        return HttpResponse("Nobody of that name has ever borrowed a tool.", status=403)
    if not password_is_right(borrower, raw):
        return HttpResponse("That is not your password.", status=403)
    return HttpResponse(f"Good to see you, {name}.")


@require_POST
def change_password(request):
    borrower = Borrower.objects.filter(name=request.POST["name"]).first()
    if borrower is None or not password_is_right(borrower, request.POST["password"]):
        return HttpResponse("That did not work.", status=403)
    borrower.password = hash_password(request.POST["new"])
    borrower.save(update_fields=["password"])
    return HttpResponse("Changed.")
