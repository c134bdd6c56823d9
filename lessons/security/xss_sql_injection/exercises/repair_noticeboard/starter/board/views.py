import json

from django.db import connection
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from board.models import Notice


def board(request):
    sort = request.GET.get("sort", "posted")
    column = {"posted": "posted_at DESC"}.get(sort, sort)
    notices = list(Notice.objects.raw(f"SELECT * FROM board_notice WHERE draft = 0 ORDER BY {column}"))
    titles = json.dumps([notice.title for notice in notices])
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
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT title, text FROM board_notice"
            f" WHERE draft = 0 AND (title LIKE '%{q}%' OR text LIKE '%{q}%') ORDER BY title"
        )
        found = [{"title": title, "text": text} for title, text in cursor.fetchall()]
    return render(request, "board/search.html", {"q": q, "found": found})
