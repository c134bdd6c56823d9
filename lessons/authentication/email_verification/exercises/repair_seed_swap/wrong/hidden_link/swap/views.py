from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render

from swap.confirm import send_letter
from swap.forms import AddressForm, JoinForm
from swap.models import Offer, Swapper


def offers(request):
    return render(request, "swap/offers.html", {"offers": Offer.objects.order_by("-pk")})


@login_required
def new_offer(request):
    if request.method == "POST" and request.POST.get("text"):
        Offer.objects.create(swapper=request.user.swapper, text=request.POST["text"][:200])
        return redirect("offers")
    return render(request, "swap/new_offer.html")


def join(request):
    form = JoinForm(request.POST or None)
    if form.is_valid():
        user = form.save()
        Swapper.objects.create(user=user)
        send_letter(user)
        return redirect("login")
    return render(request, "swap/join.html", {"form": form})


@login_required
def account(request):
    form = AddressForm(request.POST or None, initial={"email": request.user.email})
    if form.is_valid():
        if form.cleaned_data["email"] == request.user.email:
            return redirect("account")
        request.user.email = form.cleaned_data["email"]
        request.user.save()
        request.user.swapper.is_confirmed = False
        request.user.swapper.save()
        send_letter(request.user)
        return redirect("account")
    return render(request, "swap/account.html", {"form": form})
