import inspect
import re

from django.contrib import messages
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from . import drawing, members, relations, trial
from .asks import ASKS
from .forms import MemberForm, ProfileForm, TrialForm
from .models import Membership, Profile
from .rows import everything, find, key_of
from .statements import watched

# Where a column or a constraint of a CREATE TABLE begins.
COLUMN = re.compile(r'(?<=[(,]) ?(?="\w+" (?:integer|bigint|smallint|varchar)|CONSTRAINT)')

STATES = [
    ("deleted", "Deleted"),
    ("changed", "Changed: its foreign key has another value"),
    ("created", "Created"),
    ("in the way", "In the way"),
    ("dangling", "Left pointing at nothing"),
]


@require_GET
def whole(request: HttpRequest) -> HttpResponse:
    rows = everything()
    picture = drawing.whole_map(rows, {}, "All rows of the company, and which points at which")
    return render(request, "relationships/map.html", {"picture": picture, "count": len(rows)})


@require_GET
def row(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    instance = find(kind, pk)
    return render(request, "relationships/row.html", _row_context(instance, ProfileForm()))


def _row_context(instance, profile_form: ProfileForm) -> dict:
    kind, pk = key_of(instance)
    return {
        "kind": kind,
        "row": instance,
        "answers": relations.neighbours(instance),
        "picture": drawing.around(everything(), (kind, pk), f"{kind} {pk} and its neighbours"),
        "profile_form": profile_form if kind == "musician" else None,
        "has_profile": kind == "musician" and hasattr(instance, "profile"),  # `answers` has asked already
    }


@require_POST
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    musician = find("musician", pk)
    form = ProfileForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                Profile.objects.create(musician=musician, stage_name=form.cleaned_data["stage_name"])
        except IntegrityError as error:
            form.add_error(None, f"IntegrityError: {error}")
        else:
            messages.success(request, f"{musician} has a profile now.")
            return redirect("relationships:row", "musician", pk)
    # Another instance: the refused profile is still in this one's cache, without a key.
    return render(request, "relationships/row.html", _row_context(find("musician", pk), form), status=409)


def delete(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    instance = find(kind, pk)
    form = TrialForm(request.POST or None)
    context = {"kind": kind, "row": instance, "pk": pk, "name": str(instance), "form": form}
    if request.method != "POST":
        form = context["form"] = TrialForm(initial={"how": "instance"})
        return render(request, "relationships/delete.html", context)
    if not form.is_valid():
        return render(request, "relationships/delete.html", context, status=400)
    keep = form.cleaned_data["keep"]
    context["plan"] = trial.plan(instance)
    outcome = trial.attempt(instance, form.cleaned_data["how"], keep)
    if keep and not outcome.refused_by:
        messages.success(request, f"{context['name']} is deleted: {outcome.answer}")
        return redirect("relationships:map")
    states = outcome.states
    context |= {
        "outcome": outcome,
        "lists": [(title, outcome.of_state(state)) for state, title in STATES],
        "picture": drawing.whole_map(outcome.before | outcome.after, states, "What became of every row"),
    }
    return render(request, "relationships/delete.html", context, status=409 if outcome.refused_by else 200)


def join(request: HttpRequest) -> HttpResponse:
    form = MemberForm(request.POST or None)
    context = {"form": form, "asked": [], "error": ""}
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        way = members.WAYS[values.pop("way")]
        count = Membership.objects.count()
        try:
            with watched() as context["asked"], transaction.atomic():
                way(**values)
        except IntegrityError as error:
            context["error"] = f"IntegrityError: {error}"
        else:
            change = Membership.objects.count() - count
            messages.info(request, f"{change:+} rows in the middle table. The X-ray has the statements.")
            return redirect("relationships:join")
    context["memberships"] = Membership.objects.select_related("band", "musician").order_by("pk")
    failed = form.errors or context["error"]
    return render(request, "relationships/join.html", context, status=409 if failed else 200)


@require_GET
def ask(request: HttpRequest) -> HttpResponse:
    answers = []
    for question in ASKS:
        with watched() as asked:
            rows = [str(found) for found in question()]
        code = inspect.getsource(question).partition("return ")[2].strip()
        answers.append({"title": question.__doc__, "code": code, "asked": asked, "rows": rows})
    return render(request, "relationships/ask.html", {"answers": answers})


@require_GET
def tables(request: HttpRequest) -> HttpResponse:
    """What the database itself was told: CREATE TABLE, as it remembers it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tbl_name, sql FROM sqlite_master"
            " WHERE tbl_name LIKE 'relationships!_%%' ESCAPE '!' AND sql IS NOT NULL"
            " ORDER BY type DESC, rootpage",
            [],
        )
        found: dict[str, list[str]] = {}
        for table, sql in cursor.fetchall():
            found.setdefault(table, []).append(COLUMN.sub("\n  ", sql))
    return render(request, "relationships/tables.html", {"tables": found})
