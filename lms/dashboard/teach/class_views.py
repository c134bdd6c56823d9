"""Classes: opened, changed, closed; their link, their teachers and their members."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.accounts.models import User
from lms.classes.cohorts import (
    CannotTeach,
    LastTeacher,
    add_teacher,
    leave,
    open_class,
    remove_teacher,
    renew_link,
    revoke_link,
)
from lms.classes.models import Cohort, Membership
from lms.classes.seeing import Scope, sees_everybody, teaches_several, visible_cohorts
from lms.classes.stuck import stuck
from lms.dashboard.teach.access import cohort_of, learner_of, teacher, teacher_page
from lms.dashboard.teach.forms import CohortForm, TeacherForm

MEMBERS_A_PAGE = 50
CLASSES_A_PAGE = 50


@teacher_page
@require_safe
def classes(request: HttpRequest) -> HttpResponse:
    """The classes that this teacher may see, the newest first."""
    now, today = timezone.now(), timezone.localdate()
    found = visible_cohorts(request.user).order_by("-starts_on", "-pk")
    page = Paginator(found, CLASSES_A_PAGE).get_page(request.GET.get("page"))
    shown = [cohort.pk for cohort in page]
    members = _count(Membership.objects.filter(cohort__in=shown).values("cohort"))
    stuck_now = _count(
        stuck(Scope(None), now)
        .order_by()
        .filter(learner__memberships__cohort__in=shown)
        .values("learner__memberships__cohort"),
    )
    rows = [
        {
            "cohort": cohort,
            "members": members.get(cohort.pk, 0),
            "stuck": stuck_now.get(cohort.pk, 0),
            "state": "ended"
            if cohort.has_ended(today)
            else "running"
            if cohort.has_started(today)
            else "not yet begun",
        }
        for cohort in page
    ]
    return render(
        request,
        "dashboard/teach/classes.html",
        {
            "rows": rows,
            "page": page,
            "sees_everybody": sees_everybody(request.user),
            "teaches_several": teaches_several(request.user),
        },
    )


@teacher_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_class(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    form = CohortForm(request.POST or None, initial={"starts_on": today}, label_suffix="")
    if request.method == "POST" and form.is_valid():
        cohort = open_class(teacher=teacher(request), **form.cleaned_data)
        messages.success(request, f"“{cohort.name}” is open. Send its link to your learners.")
        return redirect("teach_class", cohort.pk)
    status = 400 if form.errors else 200
    return render(request, "dashboard/teach/class_form.html", {"form": form}, status=status)


@teacher_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit_class(request: HttpRequest, pk: int) -> HttpResponse:
    cohort = cohort_of(request, pk)
    form = CohortForm(request.POST or None, instance=cohort, label_suffix="")
    if request.method == "POST" and form.is_valid():
        # Nothing but what the form asks for: another teacher may take the link back at this moment.
        cohort.save(update_fields=form.fields)
        return redirect("teach_class", cohort.pk)
    status = 400 if form.errors else 200
    return render(request, "dashboard/teach/class_form.html", {"form": form, "cohort": cohort}, status=status)


@teacher_page
@require_safe
def one_class(request: HttpRequest, pk: int) -> HttpResponse:
    """The class itself: its link, its dates, its teachers, its members."""
    return _class_page(request, cohort_of(request, pk), TeacherForm(label_suffix=""))


def _class_page(
    request: HttpRequest, cohort: Cohort, form: TeacherForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    members = (
        Membership.objects.filter(cohort=cohort).select_related("learner__user").order_by("joined_at", "pk")
    )
    return render(
        request,
        "dashboard/teach/class.html",
        {
            "cohort": cohort,
            "scope": Scope(cohort),
            "members": Paginator(members, MEMBERS_A_PAGE).get_page(request.GET.get("page")),
            "link": _link(request, cohort),
            "ended": cohort.has_ended(timezone.localdate()),
            "teachers": list(cohort.teachers.order_by("email")),
            "form": form,
            "problem": problem,
        },
        status=status,
    )


@teacher_page
@require_http_methods(["GET", "HEAD", "POST"])
def change_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Take `action`: `renew` makes another link, `revoke` leaves the class without one.

    GET asks first: whoever has the present link and has not joined yet is shut out by both.
    """
    cohort, is_asked = cohort_of(request, pk), request.method != "POST"
    action = (request.GET if is_asked else request.POST).get("action")
    if is_asked and action in ("renew", "revoke"):
        if not cohort.join_token:
            return redirect("teach_class", cohort.pk)
        members = Membership.objects.filter(cohort=cohort).count()
        context = {"cohort": cohort, "action": action, "link": _link(request, cohort), "members": members}
        return render(request, "dashboard/teach/class_link.html", context)
    if action == "revoke":
        revoke_link(cohort)
        messages.success(request, "The link leads nowhere now. Whoever is in the class stays.")
    elif action == "renew":
        old = " The old one leads nowhere now." if cohort.join_token else ""
        renew_link(cohort)
        messages.success(request, f"The class has a new link.{old} Send it to who is to join.")
    else:
        return HttpResponseBadRequest("The action is neither renew nor revoke.")
    return redirect("teach_class", cohort.pk)


@teacher_page
@require_POST
def add_class_teacher(request: HttpRequest, pk: int) -> HttpResponse:
    """Let whoever has the address `email` teach the class too."""
    cohort, form = cohort_of(request, pk), TeacherForm(request.POST, label_suffix="")
    if form.is_valid():
        try:
            added, is_new = add_teacher(cohort=cohort, email=form.cleaned_data["email"], by=teacher(request))
        except CannotTeach as refused:
            form.add_error("email", str(refused))
        else:
            words = "teaches this class now" if is_new else "taught this class already"
            messages.success(request, f"{added} {words}.")
            return redirect("teach_class", cohort.pk)
    return _class_page(request, cohort, form, status=400)


@teacher_page
@require_http_methods(["GET", "HEAD", "POST"])
def remove_class_teacher(request: HttpRequest, pk: int, user: int) -> HttpResponse:
    """Ask, then end that somebody, or oneself, teaches the class; 409 for the last one."""
    cohort, leaving = cohort_of(request, pk), User.objects.filter(pk=user).first()
    if request.method != "POST":
        if leaving is None or not cohort.teachers.filter(pk=user).exists():
            raise Http404("The class has no such teacher.")
        context = {"cohort": cohort, "leaving": leaving}
        return render(request, "dashboard/teach/teacher_remove.html", context)
    try:
        gone = leaving is not None and remove_teacher(cohort=cohort, teacher=leaving, by=teacher(request))
    except LastTeacher as refused:
        form = TeacherForm(label_suffix="")
        return _class_page(request, cohort, form, problem=str(refused), status=409)
    if gone and leaving == request.user:
        messages.success(request, f"You do not teach “{cohort.name}” any more.")
        return redirect("teach")
    if gone:
        messages.success(request, f"{leaving} does not teach this class any more.")
    return redirect("teach_class", cohort.pk)


@teacher_page
@require_http_methods(["GET", "HEAD", "POST"])
def remove_member(request: HttpRequest, pk: int, learner: int) -> HttpResponse:
    """Ask, then end the membership. What the learner did stays theirs."""
    cohort, member = cohort_of(request, pk), learner_of(request, learner)
    if request.method != "POST":
        if not Membership.objects.filter(cohort=cohort, learner=member).exists():
            raise Http404("The class has no such learner.")
        can_return = bool(cohort.join_token) and not cohort.has_ended(timezone.localdate())
        context = {"cohort": cohort, "member": member, "can_return": can_return}
        return render(request, "dashboard/teach/member_remove.html", context)
    if leave(cohort=cohort, learner=member):
        again = " The class's link lets them join again." if cohort.join_token else ""
        messages.success(
            request, f"{member} is no longer in this class. What they did is still theirs.{again}"
        )
    return redirect("teach_class", cohort.pk)


@teacher_page
@require_http_methods(["GET", "HEAD", "POST"])
def delete_class(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what goes; after a POST the class is gone. What its learners did stays theirs."""
    cohort = cohort_of(request, pk)
    if request.method == "POST":
        name = cohort.name
        cohort.delete()
        messages.success(request, f"“{name}” is closed for good.")
        return redirect("teach")
    members = Membership.objects.filter(cohort=cohort).count()
    return render(request, "dashboard/teach/class_delete.html", {"cohort": cohort, "members": members})


def _link(request: HttpRequest, cohort: Cohort) -> str:
    """Return the address to send to learners, or an empty text where the class has none."""
    if not cohort.join_token:
        return ""
    return request.build_absolute_uri(reverse("join_class", args=[cohort.join_token]))


def _count(rows) -> dict[int, int]:  # type: ignore[no-untyped-def]
    """Return how many rows there are by the one column that `rows` has."""
    (column,) = rows.query.values_select
    return dict(rows.annotate(rows=Count("pk")).values_list(column, "rows"))
