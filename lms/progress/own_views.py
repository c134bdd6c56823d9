"""Pages that belong to a learner: questions that come back, and certificates."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from content.pages import roadmap
from content.quiz import UnknownAnswer, view_of
from lms.accounts.learners import find_learner, get_learner
from lms.progress import certificates
from lms.progress.models import Certificate, ReviewCard
from lms.progress.reviews import due_questions, review
from lms.progress.state import progress_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review_questions(request: HttpRequest) -> HttpResponse:
    """Show the question that has waited longest; a POST of `card` and `answers` says what was right."""
    learner, now = find_learner(request), timezone.now()
    due = due_questions(learner, now)
    error, shown, back_at = "", due[0] if due else None, None
    view = view_of(shown.placed.question, shown.placed.block_id, shown.placed.index) if shown else None
    if request.method == "POST" and learner is not None:
        shown = next((one for one in due if str(one.card.pk) == request.POST.get("card")), None)
        if shown is None:
            # Answered in another tab, or withdrawn meanwhile.
            return redirect("review")
        try:
            chosen = [int(position) for position in request.POST.getlist("answers")]
            result = review(learner=learner, due=shown, chosen=chosen, now=now)
        except (ValueError, UnknownAnswer) as problem:
            error = str(problem) if isinstance(problem, UnknownAnswer) else "Choose from the answers."
            view = view_of(shown.placed.question, shown.placed.block_id, shown.placed.index)
        else:
            view = view_of(shown.placed.question, shown.placed.block_id, shown.placed.index, result)
            back_at = shown.card.due_at
    upcoming = ReviewCard.objects.filter(learner=learner, due_at__gt=now).order_by("due_at").first()
    return render(
        request,
        "progress/review.html",
        {
            "due": shown,
            "question": view,
            "left": len(due) - (back_at is not None),
            "error": error,
            "back_at": back_at,
            "next_at": upcoming.due_at if upcoming and learner else None,
        },
        status=400 if error else 200,
    )


@never_cache
@login_required
@require_POST
def issue_certificate(request: HttpRequest) -> HttpResponse:
    """Take `track` (a slug, or empty for the course) and `name`, and lead to the certificate."""
    wanted = request.POST.get("track", "")
    offered = certificates.offers(progress_of(request), roadmap(request))
    offer = next((one for one in offered if one.track == wanted), None)
    if offer is None:
        raise Http404("There is no such certificate.")
    try:
        issued = certificates.issue(
            learner=get_learner(request),
            offer=offer,
            name=request.POST.get("name", ""),
            now=timezone.now(),
            address=request.build_absolute_uri,
        )
    except (certificates.NotEarned, certificates.NoName) as error:
        messages.error(request, str(error))
        return redirect("my_progress")
    return redirect("certificate", number=issued.pk)


@require_safe
def show_certificate(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """The public page: what was done, by whom, and whether our signature on it holds."""
    found = get_object_or_404(Certificate, pk=number)
    return render(
        request,
        "progress/certificate.html",
        {
            "certificate": found,
            "is_verified": certificates.verified(found),
            "address": request.build_absolute_uri(reverse("certificate", args=[found.pk])),
        },
    )


@require_safe
def certificate_pdf(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    # Typesetting and fonts take as long to import as a quarter of the site, and few processes need them.
    from lms.progress.certificate_pdf import render_certificate

    found = get_object_or_404(Certificate, pk=number)
    address = request.build_absolute_uri(reverse("certificate", args=[found.pk]))
    response = HttpResponse(render_certificate(found, address), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="django-mastery-{found.pk}.pdf"'
    return response


@require_safe
def certificate_badge(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """The Open Badge 3.0 as its compact JWT, for badge backpacks and verifiers."""
    found = get_object_or_404(Certificate, pk=number)
    response = HttpResponse(found.credential, content_type="application/vc+jwt")
    response["Content-Disposition"] = f'attachment; filename="django-mastery-{found.pk}.jwt"'
    return response


@require_safe
def badge_issuer(request: HttpRequest) -> JsonResponse:
    """Who issues our badges, with the key to verify them."""
    return JsonResponse(
        {
            "@context": [
                "https://www.w3.org/ns/credentials/v2",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            ],
            "id": request.build_absolute_uri(),
            "type": ["Profile"],
            "name": certificates.COURSE,
            "url": request.build_absolute_uri("/"),
            "publicKeyPem": certificates.public_key().decode(),
        },
        content_type="application/ld+json",
    )


@require_safe
def badge_achievement(request: HttpRequest, name: str) -> HttpResponse:
    """What a badge was given for: the part of the roadmap."""
    if name not in {"course", *(track.slug for track in roadmap(request))}:
        raise Http404("There is no such achievement.")
    return redirect("/" if name == "course" else f"/#track-{name}")
