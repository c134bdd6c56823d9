"""Four pages: what a guess costs, what a hash is made of, the raid, and the sign-in that rehashes."""

import time

from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import costs, raids
from .anatomy import scheme, take_apart
from .forms import HashForm, PolicyForm, SignInForm
from .hashers import METHODS, Method, PBKDF2WrappedMD5Hasher
from .models import Attempt, LeakedRow, Member, Policy, Raid
from .seed import PASSWORDS


def method_named(slug: str) -> Method:
    if slug not in METHODS:
        raise Http404(f"No method {slug!r}.")
    return METHODS[slug]


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "password_hashing/home.html", {"bars": costs.bars()})


@require_POST
def measure(request: HttpRequest) -> HttpResponse:
    try:
        count = costs.measure_all()
        messages.success(request, f"{count} of {len(METHODS)} methods measured, just now, in this request.")
    except costs.BusyError as busy:
        messages.warning(request, str(busy))
    return redirect("password_hashing:home")


@require_http_methods(["GET", "POST"])
def anatomy(request: HttpRequest) -> HttpResponse:
    form = HashForm(request.POST or None)
    twice = []
    if form.is_valid():
        hasher = METHODS[form.cleaned_data["method"]].hasher
        try:
            with costs.bench():
                twice = [make_password(form.cleaned_data["password"], hasher=hasher) for _ in range(2)]
        except costs.BusyError as busy:
            form.add_error(None, str(busy))
    context = {
        "form": form,
        "twice": [take_apart(encoded) for encoded in twice],
        "same": len(set(twice)) == 1,
    }
    return render(request, "password_hashing/anatomy.html", context)


@require_GET
def raid(request: HttpRequest, slug: str = "unsalted_md5") -> HttpResponse:
    scene = raids.Scene.of(method_named(slug))
    return render(request, "password_hashing/raid.html", {"scene": scene, "methods": METHODS.values()})


@require_POST
def guess(request: HttpRequest, slug: str) -> HttpResponse:
    """Half a second of guessing. The page's script asks for JSON and comes again; a form gets the page."""
    method = method_named(slug)
    try:
        found = raids.step(method)
    except costs.BusyError as busy:
        if request.accepts("text/html"):
            messages.warning(request, str(busy))
            return redirect("password_hashing:raid", slug)
        return JsonResponse({"busy": str(busy)}, status=503)
    scene = raids.Scene.of(method)
    if request.accepts("text/html"):
        for name in found:
            messages.error(request, f"{name}’s password is known.")
        return redirect("password_hashing:raid", slug)
    return JsonResponse({"finished": scene.finished, "found": found})


@require_POST
def forget(request: HttpRequest, slug: str) -> HttpResponse:
    Raid.objects.filter(method=method_named(slug).slug).delete()
    LeakedRow.objects.filter(method=slug).update(found="")
    return redirect("password_hashing:raid", slug)


@require_GET
def members(request: HttpRequest) -> HttpResponse:
    rows = [
        {"member": member, "raw": PASSWORDS[member.name], "parts": take_apart(member.password)}
        for member in Member.objects.order_by("name")
    ]
    policy = Policy.current()
    return render(
        request,
        "password_hashing/members.html",
        {
            "rows": rows,
            "policy": policy,
            "policy_form": PolicyForm(initial={"hasher_name": policy.hasher_name}),
            "form": SignInForm(),
            "attempts": Attempt.objects.order_by("-pk")[:8],
            "bare": sum(row["parts"][0].name == "bare" for row in rows),
        },
    )


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Give a name and a password.")
        return redirect("password_hashing:members")
    name, raw = form.cleaned_data["name"], form.cleaned_data["password"]
    member = Member.objects.filter(name=name).first()
    before = member.password if member else ""
    try:
        with costs.bench():
            started = time.perf_counter()
            accepted = let_in(member, raw)
            ms = round((time.perf_counter() - started) * 1000)
    except costs.BusyError as busy:
        messages.warning(request, str(busy))
        return redirect("password_hashing:members")
    after = member.password if member else ""
    Attempt.objects.create(name=name, accepted=accepted, before=scheme(before), after=scheme(after), ms=ms)
    if accepted:
        messages.success(
            request, f"Welcome, {name}." + (" Your hash was replaced." if after != before else "")
        )
    else:
        messages.error(request, "That name and that password do not go together.")
    return redirect("password_hashing:members")


def let_in(member: Member | None, raw: str) -> bool:
    """ModelBackend.authenticate() in four lines, with a preferred hasher of our choice."""
    preferred = Policy.current().hasher
    if member is None:
        make_password(raw, hasher=preferred)  # thrown away: an unknown name takes its time
        return False
    return member.try_password(raw, preferred)


@require_POST
def prefer(request: HttpRequest) -> HttpResponse:
    form = PolicyForm(request.POST)
    if form.is_valid():
        Policy.objects.update_or_create(pk=1, defaults=form.cleaned_data)
        messages.success(request, "Preferred from now on. No row has changed: it takes a password to rehash.")
    else:
        messages.error(request, "There is no such hasher.")
    return redirect("password_hashing:members")


@require_POST
def wrap(request: HttpRequest) -> HttpResponse:
    """What a data migration would do: every bare MD5 goes into PBKDF2, and nobody has to sign in for it."""
    hasher = PBKDF2WrappedMD5Hasher()
    wrapped = 0
    for member in Member.objects.all():
        if take_apart(member.password)[0].name == "bare":
            member.password = hasher.encode_md5_hash(member.password, hasher.salt())
            member.save(update_fields=["password"])
            wrapped += 1
    messages.success(request, f"{wrapped} rows wrapped. The passwords were not needed.")
    return redirect("password_hashing:members")
