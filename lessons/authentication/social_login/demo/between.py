"""A stop between two parties: a redirect is shown before the browser follows it, and may be changed.

The browser carries both redirects, so whoever sits at it (or on it) can change them. No trick is needed.
"""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from .dances import split
from .models import Policy


def stop(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """In place of a redirect between the parties, one to the page that shows it, if that is wanted."""
    location = response.headers.get("Location", "")
    if response.status_code != 302 or not ("state=" in location and Policy.current().stop_between):
        return response
    return redirect(f"{reverse('social_login:between')}?{urlencode({'to': location})}")


def between(request: HttpRequest) -> HttpResponse:
    to = request.GET.get("to", "")
    url, carried = split(request.build_absolute_uri(to))
    if not url.startswith(request.build_absolute_uri(reverse("social_login:home"))) or not carried:
        raise Http404("Nothing goes there.")
    if not url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}):
        raise Http404("Nothing goes there.")
    context = {"url": url, "form": CarriedForm(carried), "is_back": "code_challenge" not in carried}
    return render(request, "social_login/between.html", context)


class CarriedForm(forms.Form):
    """The query of a redirect, a field for each value."""

    def __init__(self, carried: dict[str, str]) -> None:
        super().__init__()
        for name, value in carried.items():
            attrs = {"autocomplete": "off", "spellcheck": "false"}
            self.fields[name] = forms.CharField(label=name, initial=value, widget=forms.TextInput(attrs))
