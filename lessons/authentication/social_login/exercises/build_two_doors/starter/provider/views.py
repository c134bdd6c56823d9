from django.http import Http404, HttpResponseBadRequest
from django.shortcuts import redirect, render

from provider import desk


def authorize(request, provider):
    """Who are you? A real provider asks for a password first."""
    people = desk.PEOPLE.get(provider)
    if people is None:
        raise Http404
    if request.GET.get("code_challenge_method") != "S256" or len(request.GET.get("code_challenge", "")) != 43:
        return HttpResponseBadRequest("This provider wants PKCE: code_challenge, with the method S256.")
    if request.method == "POST":
        url = request.get_full_path()
        if "cancel" in request.POST:
            return redirect(f"{request.GET['redirect_uri']}?error=access_denied&state={request.GET['state']}")
        subject = request.POST["subject"]
        return redirect(desk.approve(provider, url, subject, **people[subject]))
    return render(request, "provider/authorize.html", {"provider": provider, "people": people})
