from django.db import connection
from django.http import HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from board.models import Notice

COLUMNS = {"title": "title", "author": "author", "posted": "posted_at DESC"}


def board(request):
    sort = request.GET.get("sort", "posted")
    if sort not in COLUMNS:
        return HttpResponseBadRequest("There is no such order.")
    notices = list(
        Notice.objects.raw(f"SELECT * FROM board_notice WHERE draft = %s ORDER BY {COLUMNS[sort]}", [False])
    )
    titles = [notice.title for notice in notices]
    return render(request, "board/board.html", {"notices": notices, "titles": titles})


@require_POST
def new(request):
    fields = {name: request.POST[name] for name in ("author", "title", "text")}
    Notice.objects.create(**fields, link=request.POST.get("link", ""))
    return redirect("board")


def search(request):
    q = request.GET.get("q", "")
    pattern = "%" + q.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT title, text FROM board_notice"
            " WHERE draft = 0 AND (title LIKE %s ESCAPE '!' OR text LIKE %s ESCAPE '!') ORDER BY title",
            [pattern, pattern],
        )
        found = [{"title": title, "text": text} for title, text in cursor.fetchall()]
    return render(request, "board/search.html", {"q": q, "found": found})
