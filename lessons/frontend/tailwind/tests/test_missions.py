"""Each mission is noticed by the demos site when it is done, and not before."""

import pytest

from lessons.frontend.tailwind.demo.seed import CARD, ENTRY, LIST, NOTICE

STAGE = "/stage/frontend/tailwind/"
SAFE = "bg-{emerald,amber,rose}-100 text-{emerald,amber,rose}-900"


@pytest.fixture
def learner(visit):
    return visit("tailwind")


def done(browser) -> set[str]:
    state = browser.get(f"{STAGE}state").json()
    return {mission["slug"] for mission in state["missions"] if mission["done"]}


def compile_(browser, slug: str, markup: str, css: str = ENTRY, scheme: str = "light"):
    form = {"markup": markup, "css": css, "scheme": scheme}
    return browser.post(f"components/{slug}/", form)


def test_looking_around_completes_nothing(learner):
    for path in ("", "components/list/", "components/notice/", "detection/", "weight/", "site/"):
        assert learner.get(path).status_code == 200
    for slug, markup in (("card", CARD), ("notice", NOTICE), ("list", LIST)):
        compile_(learner, slug, markup, scheme="dark")
    assert done(learner) == set()


@pytest.mark.parametrize(
    "classes",
    [
        "md:grid-cols-2",
        "min-[700px]:columns-2",
        "sm:grid-cols-[1fr_1fr]",
        "grid-cols-2 max-md:grid-cols-1",
    ],
)
def test_two_columns(learner, classes):
    compile_(learner, "list", LIST.replace("grid", "grid grid-cols-2"))
    compile_(learner, "card", LIST.replace("grid", f"grid {classes}"))
    assert done(learner) == set()
    compile_(learner, "list", LIST.replace("grid", f"grid {classes}"))
    assert done(learner) == {"two_columns"}


def test_dark_half_needs_both_colours_and_the_dark(learner):
    compile_(learner, "notice", NOTICE.replace("bg-amber-50", "bg-amber-50 dark:bg-amber-950"), scheme="dark")
    both = NOTICE.replace("bg-amber-50", "bg-amber-50 dark:bg-amber-950 dark:text-amber-100")
    compile_(learner, "notice", both)
    assert done(learner) == set()
    compile_(learner, "notice", both, scheme="dark")
    assert done(learner) == {"dark_half"}


def test_becomes_nothing(learner):
    assert compile_(learner, "card", CARD.replace("p-6", "p-6px"), css="@apply {").status_code == 422
    assert done(learner) == set()
    compile_(learner, "card", CARD.replace("p-6", "p-6px"))
    assert done(learner) == {"becomes_nothing"}


def test_own_token_has_to_be_used(learner):
    entry = ENTRY.replace("--font-sign", "--color-larch: #a60;\n  --font-sign")
    compile_(learner, "card", CARD, css=entry)
    assert done(learner) == set()
    compile_(learner, "card", CARD.replace("bg-spruce", "bg-larch"), css=entry)
    assert done(learner) == {"own_token"}


def test_glued_counts_after_the_colours_were_missing(learner):
    learner.get("detection/", {"template": "glued", "sources": "template", "inline": SAFE})
    assert done(learner) == set()
    learner.get("detection/")
    learner.get("detection/", {"template": "branch", "sources": "template"})
    learner.get("detection/", {"template": "glued", "sources": "template", "inline": SAFE.split()[0]})
    assert done(learner) == set()
    learner.get("detection/", {"template": "glued", "sources": "template", "inline": SAFE})
    assert done(learner) == {"glued"}


def test_any_colour_needs_a_painted_row(learner):
    learner.get("detection/", {"template": "variable", "sources": "template"})
    learner.post("huts/1/", {"colour": "emerald", "hue": 900})
    learner.get("detection/", {"template": "variable", "sources": "template"})
    assert done(learner) == set()
    learner.post("huts/1/", {"colour": "emerald", "hue": 300})
    learner.get("detection/", {"template": "variable"})
    assert done(learner) == set()
    learner.get("detection/", {"template": "variable", "sources": "template"})
    assert done(learner) == {"any_colour"}
