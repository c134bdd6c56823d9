from django.db.models import Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from board.models import Notice

ORDERS = {"title": "title", "author": "author", "posted": "-posted_at"}


def board(request):
    order = ORDERS.get(request.GET.get("sort", "posted"), "-posted_at")
    notices = Notice.objects.filter(draft=False).order_by(order)
    titles = [notice.title for notice in notices]
    return render(request, "board/board.html", {"notices": notices, "titles": titles})


@require_POST
def new(request):
    Notice.objects.create(
        author=request.POST["author"],
        title=request.POST["title"],
        text=request.POST["text"],
        link=request.POST.get("link", ""),
    )
    return redirect("board")


def search(request):
    q = request.GET.get("q", "")
    found = Notice.objects.filter(Q(title__icontains=q) | Q(text__icontains=q), draft=False).order_by("title")
    return render(request, "board/search.html", {"q": q, "found": found})
