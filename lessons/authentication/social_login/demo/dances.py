"""Writes down each request of a sign-in, with what it really carried. Only for showing."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from allauth.core import context
from django.http import HttpRequest, HttpResponse

from .models import Dance, Hop

# A client's secret is the one value here that would be worth something elsewhere.
SECRETS = {"client_secret"}


def begin(request: HttpRequest, provider_id: str, provider: str) -> Dance:
    request.dance = Dance.objects.create(provider_id=provider_id, provider=provider)
    return request.dance


def went_out(dance: Dance, response: HttpResponse) -> None:
    """The redirect to the provider."""
    url, sent = split(response.headers["Location"])
    dance.state = sent.get("state", "")
    dance.save()
    Hop.objects.create(
        dance=dance, kind=Hop.Kind.OUT, method="GET", url=url, sent=sent, status=response.status_code
    )


def came_back(request: HttpRequest, provider_id: str) -> Dance | None:
    """The dance that a callback belongs to: by its state, else the last one that is still open."""
    mine = Dance.objects.filter(provider_id=provider_id)
    dance = mine.filter(state=request.GET.get("state", "")).first() or mine.filter(worked=None).first()
    request.dance = dance
    if dance is not None:
        Hop.objects.create(
            dance=dance,
            kind=Hop.Kind.BACK,
            method=request.method or "",
            url=request.build_absolute_uri(request.path),
            sent=request.GET.dict(),
        )
    return dance


def ended(dance: Dance, request: HttpRequest, response: HttpResponse) -> None:
    hop = dance.hops.filter(kind=Hop.Kind.BACK).last()
    if hop is not None:
        hop.status = response.status_code
        hop.got = {"Location": response.headers["Location"]} if "Location" in response.headers else {}
        hop.save()
    if dance.outcome:
        return  # refused, and it was said why
    dance.worked = response.status_code == 302
    user = request.user
    if user.is_authenticated:
        dance.outcome = f"Signed in as {user.get_username()}."
    elif dance.worked:
        dance.worked, dance.outcome = None, "Not signed in yet: the sign-up form asks first."
    else:
        dance.outcome = "Not signed in."
    dance.save()


def refused(request: HttpRequest, error: Any, exception: Exception | None, more: dict[str, Any]) -> None:
    dance = getattr(request, "dance", None)
    if dance is None or dance.worked:
        return  # what ended well, and is sent again, stays as it was
    if exception is not None:
        dance.outcome = f"Refused. {exception}"[:300]
    elif "state_id" in more:
        dance.outcome = (
            "Refused: no request with this state was begun in this browser, or it was answered already."
        )
    else:
        dance.outcome = f"Refused: the provider says “{request.GET.get('error', error)}”."
    dance.worked = False
    dance.save()


def note_call(response: requests.Response, *args: Any, **kwargs: Any) -> None:
    """A hook of `requests`: what this server asked the provider, and what it was answered."""
    dance = getattr(context.request, "dance", None)
    if dance is not None:
        note(dance, response, _kind_of(response))


def note(dance: Dance, response: requests.Response, kind: str) -> Hop:
    asked = response.request
    url, sent = split(str(asked.url))
    body = asked.body.decode() if isinstance(asked.body, bytes) else asked.body or ""
    sent |= dict(parse_qsl(body))
    if "Authorization" in asked.headers:
        sent["Authorization"] = asked.headers["Authorization"]
    try:
        got = response.json()
    except requests.JSONDecodeError:
        got = {"text": response.text[:500]}
    return Hop.objects.create(
        dance=dance,
        kind=kind,
        method=asked.method or "",
        url=url,
        sent={key: "…" if key in SECRETS else value for key, value in sent.items()},
        status=response.status_code,
        got=got,
    )


def split(url: str) -> tuple[str, dict[str, str]]:
    """An address without its query, and the query."""
    parts = urlsplit(url)
    return parts._replace(query="").geturl(), dict(parse_qsl(parts.query, keep_blank_values=True))


def _kind_of(response: requests.Response) -> str:
    if response.request.method == "POST":
        return Hop.Kind.TOKEN
    return Hop.Kind.DISCOVERY if "/.well-known/" in str(response.request.url) else Hop.Kind.USERINFO
