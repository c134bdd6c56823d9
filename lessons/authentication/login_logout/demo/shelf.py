"""The library itself: a shelf, a bag in the session, loans in the database."""

from django.contrib.auth.decorators import login_required
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from .models import Book, Loan
from .seed import READERS


def books_in_bag(session: SessionBase) -> list[Book]:
    """The books of the bag, in the order in which they went in; without those deleted since."""
    books = Book.objects.in_bulk(session.get("bag", []))
    return [books[pk] for pk in session.get("bag", []) if pk in books]


def home(request: HttpRequest) -> HttpResponse:
    books = Book.objects.order_by("year")
    bag = set(request.session.get("bag", []))
    return render(request, "login_logout/home.html", {"books": books, "bag": bag, "readers": READERS})


@require_POST
def put_in_bag(request: HttpRequest, pk: int) -> HttpResponse:
    """Works for anybody: the first book is what makes a session of an anonymous visit."""
    book = get_object_or_404(Book, pk=pk)
    bag = request.session.get("bag", [])
    if book.pk not in bag:
        # A new list, assigned: bag.append() would change the list without telling the session to save.
        request.session["bag"] = [*bag, book.pk]
    return redirect("login_logout:home")


@require_POST
@login_required(login_url="login_logout:login")
def borrow(request: HttpRequest) -> HttpResponse:
    """Move the bag from the session, which logout deletes, to loans, which belong to the reader."""
    for book in books_in_bag(request.session):
        Loan.objects.get_or_create(reader=request.user, book=book)
    request.session["bag"] = []
    return redirect("login_logout:desk")
