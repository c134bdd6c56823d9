"""What a lesson's editor asks for while somebody writes: places in the demo, a block's look, a picture."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST
from wagtail.blocks import StreamValue
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form
from wagtail.permissions import policy_registry

from content.lesson_format.front_matter import SLUG
from content.markdown import HeadingIds
from content.models import Exercise, LessonPage, TrackPage
from content.quiz import UnknownAnswer, UnknownQuestion, judge, seal, unseal, view_of
from content.source import references

_ALONE = "content/admin/block_preview.html"
WIDEST = "max-1600x1600"  # pixels: what a page shows of a picture, and no more is sent


@require_GET
@never_cache
def sources(request: HttpRequest, pk: int) -> JsonResponse:
    """Answer `{"references", "exercises"}`: what blocks of this lesson can show, drafts as well."""
    page = _page(request, pk)
    exercises = Exercise.objects.filter(lesson=page.slug).order_by("slug").values_list("slug", flat=True)
    return JsonResponse({"references": references(page.folder), "exercises": list(exercises)})


@require_POST
@never_cache
@xframe_options_sameorigin
def block_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the fields of one block, as the editor has them; answer the page that shows it to a learner.

    `prefix` is where they begin, as in `body-3`.
    """
    return _block_preview(request, _page(request, pk).get_latest_revision_as_object())


@require_POST
@never_cache
@xframe_options_sameorigin
def new_block_preview(request: HttpRequest, track: int) -> HttpResponse:
    """The same for a lesson of this track that was never saved; `slug` is the one that it is given."""
    parent = get_object_or_404(TrackPage, pk=track)
    if not parent.permissions_for_user(request.user).can_add_subpage():
        raise PermissionDenied
    slug = request.POST.get("slug", "")
    page = LessonPage(slug=slug if SLUG.match(slug) else "unnamed")
    page.track_slug = parent.slug
    return _block_preview(request, page)


def _block_preview(request: HttpRequest, page: LessonPage) -> HttpResponse:
    request.is_preview = True  # type: ignore[attr-defined]  # as Wagtail marks a page's preview
    prefix = request.POST.get("prefix", "")
    kind = request.POST.get(f"{prefix}-type", "")
    block = page.body.stream_block.child_blocks.get(kind)
    if block is None:
        raise Http404(f"A lesson has no block of the kind {kind!r}.")
    context: dict[str, Any] = {"page": page}
    try:
        value = block.clean(block.value_from_datadict(request.POST, request.FILES, f"{prefix}-value"))
    except ValidationError:
        context["problem"] = "There is something left to fill in, or to mend, in this block."
    else:
        block_id = request.POST.get(f"{prefix}-id") or str(uuid.uuid4())
        context |= {
            "block": StreamValue.StreamChild(block, value, id=block_id),
            "block_id": block_id,
            "heading_ids": HeadingIds(),
            # The stored draft of the page may not show the exercise yet that a block names now.
            "exercises": {found.slug: found for found in Exercise.objects.filter(lesson=page.slug)},
        }
    return render(request, _ALONE, context)


@require_POST
@never_cache
@xframe_options_sameorigin
def quiz_preview(request: HttpRequest) -> HttpResponse:
    """Tell a preview's answer right from wrong; nothing is kept, and no learner is looked for.

    Takes `sealed` (the question, which may stand in no lesson yet), `block`, `question` and `answers`
    (positions from 0; may be repeated).
    """
    try:
        asked = unseal(request.POST.get("sealed", ""))
        index = int(request.POST.get("question", ""))
        result = judge(asked, [int(position) for position in request.POST.getlist("answers")])
    except UnknownAnswer as error:
        return _no_verdict(request, str(error))
    except (UnknownQuestion, ValueError):
        return _no_verdict(request, "The preview cannot judge this answer. Load the preview again.")
    question = view_of(asked, request.POST.get("block", ""), index, result, sealed=seal(asked))
    template = "content/quiz/question.html" if request.headers.get("HX-Request") else _ALONE
    return render(request, template, {"question": question})


def _no_verdict(request: HttpRequest, message: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(message, status=400, content_type="text/plain")
    return render(request, _ALONE, {"problem": message}, status=400)


@require_POST
def picture(request: HttpRequest) -> JsonResponse:
    """Take `file` and `alt`; answer 201 with `{"markdown"}` that shows it, or 400 with `{"error"}`."""
    model = get_image_model()
    if not policy_registry.get_by_type(model).user_has_permission(request.user, "add"):
        raise PermissionDenied
    alt = " ".join(request.POST.get("alt", "").split())
    if not alt:
        return JsonResponse({"error": "Say what somebody who cannot see it has to know."}, status=400)
    image = model(uploaded_by_user=request.user)
    form = get_image_form(model)(
        {"title": alt[:255], "alt": alt[:300], "collection": _collection(request)},
        {"file": request.FILES["file"]} if "file" in request.FILES else {},
        instance=image,
        user=request.user,
    )
    if not form.is_valid():
        words = [str(error) for errors in form.errors.values() for error in errors]
        return JsonResponse({"error": " ".join(words)}, status=400)
    form.save()
    shown = alt.replace("[", "(").replace("]", ")")
    return JsonResponse({"markdown": f"![{shown}]({image.get_rendition(WIDEST).url})"}, status=201)


def _collection(request: HttpRequest) -> Any:
    policy = policy_registry.get_by_type(get_image_model())
    allowed = policy.collections_user_has_permission_for(request.user, "add").first()
    if allowed is None:
        raise PermissionDenied
    return allowed.pk


def _page(request: HttpRequest, pk: int) -> LessonPage:
    page = get_object_or_404(LessonPage, pk=pk)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page
