from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from . import books, payday, race, transfer
from .forms import PaydayForm, RaceForm, TransferForm
from .models import JAR, Account


def one_transfer(request: HttpRequest) -> HttpResponse:
    form = TransferForm(request.POST or None)
    context = {"form": form}
    status = 200
    if request.method == "POST":
        if form.is_valid():
            values = dict(form.cleaned_data)
            values["cents"] = int(values.pop("amount") * 100)
            context["outcome"] = transfer.attempt(**values)
            status = 409 if context["outcome"].error else 200
        else:
            status = 400
    return render(request, "transactions/transfer.html", context | {"audit": books.audit()}, status=status)


def wages(request: HttpRequest) -> HttpResponse:
    form = PaydayForm(request.POST or None)
    context = {"form": form, "wages": payday.WAGES}
    status = 200
    if request.method == "POST":
        if form.is_valid():
            context["outcome"] = payday.attempt(form.cleaned_data["way"])
            status = 409 if context["outcome"].error else 200
        else:
            status = 400
    return render(request, "transactions/payday.html", context | {"audit": books.audit()}, status=status)


def two_sessions(request: HttpRequest) -> HttpResponse:
    form = RaceForm(request.POST or None)
    context = {"form": form}
    status = 200
    if request.method == "POST":
        if form.is_valid():
            account = Account.objects.get(owner=JAR)
            try:
                outcome = race.run(form.cleaned_data["way"], form.cleaned_data["mode"], account)
            except race.Busy as error:
                form.add_error(None, str(error))
                status = 429
            else:
                context |= {"outcome": outcome, "rows": race.in_order(outcome.sessions)}
                status = 409 if outcome.lost or outcome.refused else 200
        else:
            status = 400
    return render(request, "transactions/race.html", context, status=status)


def ledger(request: HttpRequest) -> HttpResponse:
    context = {"audit": books.audit(), "transfers": books.transfers()[:20]}
    return render(request, "transactions/books.html", context)


@require_POST
def put_right(request: HttpRequest) -> HttpResponse:
    books.put_right()
    messages.success(request, "Every account is as on the first day.")
    return redirect("transactions:books")
