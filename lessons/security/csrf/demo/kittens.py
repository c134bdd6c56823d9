"""The attacker's site. All it knows of the bank is what anybody can read in the bank's own pages."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from . import origins

# What holds for a page that names none. Django's SecurityMiddleware would say same-origin, and the browser
# then hides this page's origin from the bank: "Origin: null".
BROWSERS_OWN_POLICY = "strict-origin-when-cross-origin"


@dataclass(frozen=True)
class Attack:
    slug: str
    name: str
    amount: int
    says: str

    @property
    def template(self) -> str:
        return f"csrf/attacks/{self.slug}.html"


ATTACKS = {
    attack.slug: attack
    for attack in (
        Attack("form", "A form", 100, "A button like any other. Its form belongs to the bank."),
        Attack("guess", "A form with a token", 100, "The same, with 64 characters that look like a token."),
        Attack(
            "nameless", "A form that hides its origin", 100, "This page’s Referrer-Policy is no-referrer."
        ),
        Attack(
            "json", "A form that speaks JSON", 70, "No script: name and value of one field make the body."
        ),
        Attack("link", "A link", 50, "Nothing but an address."),
        Attack("pixel", "A picture", 10, "Nobody has to press anything."),
        Attack("thief", "Read the token first", 100, "A script asks for the bank’s page, to look into it."),
    )
}


@require_GET
@never_cache
def kittens(request: HttpRequest) -> HttpResponse:
    return _page(request, "csrf/kittens.html", {"attacks": ATTACKS.values(), "bank": origins.bank_origin()})


@require_GET
@never_cache
def attack(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in ATTACKS:
        raise Http404(f"No attack {slug!r}.")
    chosen, bank, crossing = ATTACKS[slug], origins.bank_origin(), origins.crossing(request)
    values = {"attack": chosen, "bank": bank}
    live = render_to_string(chosen.template, {**values, "crossing": crossing})
    context = {
        "attack": chosen,
        "live": mark_safe(live),  # noqa: S308 - our own template, with nothing in it from outside
        "source": render_to_string(chosen.template, {**values, "crossing": ""}).strip(),
        "bank": bank,
    }
    policy = "no-referrer" if slug == "nameless" else BROWSERS_OWN_POLICY
    return _page(request, "csrf/attack.html", context, policy)


def _page(
    request: HttpRequest, template: str, context: dict[str, object], policy: str = BROWSERS_OWN_POLICY
) -> HttpResponse:
    response = render(request, template, {**context, "crossing": origins.crossing(request)})
    response.headers["Referrer-Policy"] = policy
    # An attacker would send no such header. It keeps this one to the bank next door: this page can reach no
    # other site, the course's own among them, whatever is put into it.
    bank = origins.bank_origin()
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; script-src 'self'; img-src {bank}; connect-src {bank}; "
        f"form-action {bank}; base-uri 'none'"
    )
    return response
