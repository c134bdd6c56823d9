from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from content.pages import roadmap
from content.search import MOST_CHARACTERS, search, words_of


@require_GET
def search_lessons(request: HttpRequest) -> HttpResponse:
    """The page of results for `q`; with `part=results` only the results, for the dialog and while typing."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:MOST_CHARACTERS]
    found = search(query, request)
    context = {
        "query": query,
        "asked": bool(words_of(query)),
        "found": found,
        "places": sum(len(one.places) for one in found),
        "tracks": roadmap(request) if not found else [],
    }
    part = request.GET.get("part") == "results"
    return render(request, "content/search_results.html" if part else "content/search.html", context)
