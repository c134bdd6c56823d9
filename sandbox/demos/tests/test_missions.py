"""Missions are noticed in traces; the LMS gets a signed receipt for its own learner."""

import logging
import time
from dataclasses import replace

from django.conf import settings
from django.core import signing

from sandbox.demos.missions import missions_of
from sandbox.demos.worlds import demo_named

STAGE = "/stage/yard/sandpit/"
LEARNER = "0123456789abcdef0123456789abcdef"


def badge(learner: str = LEARNER, key: str | None = None) -> str:
    return signing.TimestampSigner(key=key or settings.RECEIPT_KEY, salt="badge").sign(learner)


def state(browser) -> dict:
    return browser.get(f"{STAGE}state").json()


def missions(browser) -> dict[str, dict]:
    return {mission["slug"]: mission for mission in state(browser)["missions"]}


def test_missions_come_in_the_files_order_without_helpers(visit):
    assert list(missions(visit("sandpit"))) == ["build", "clumsy", "build_twice"]


def test_a_mission_is_noticed_and_receipted(visit):
    ada = visit("sandpit")
    ada.get(STAGE, {"badge": badge()})
    assert missions(ada)["build"] == {
        "slug": "build",
        "title": "Build a castle.",
        "done": False,
        "receipt": None,
    }
    ada.post("", {"name": "Windsor"})

    done = missions(ada)["build"]
    receipt = signing.loads(done["receipt"], key=settings.RECEIPT_KEY, salt="mission")
    assert done["done"]
    assert abs(receipt.pop("at") - time.time()) < 10
    assert receipt == {"learner": LEARNER, "lesson": "sandpit", "mission": "build"}


def test_a_mission_may_ask_for_what_was_before(visit):
    ada = visit("sandpit")
    ada.post("", {"name": "One"})
    assert not missions(ada)["build_twice"]["done"]

    ada.post("", {"name": "Two"})

    assert missions(ada)["build_twice"]["done"]


def test_without_a_badge_missions_are_ticked_and_not_receipted(visit):
    ada = visit("sandpit")
    ada.post("", {"name": "Windsor"})

    assert missions(ada)["build"] == {
        "slug": "build",
        "title": "Build a castle.",
        "done": True,
        "receipt": None,
    }
    assert state(ada)["counts"] is False


def test_what_was_done_before_the_badge_counts_for_it(visit):
    ada = visit("sandpit")
    ada.post("", {"name": "Windsor"})
    ada.get(STAGE, {"badge": badge()})

    assert missions(ada)["build"]["receipt"]


def test_what_another_learner_did_in_the_same_browser_does_not(visit):
    shared = visit("sandpit")
    shared.get(STAGE, {"badge": badge()})
    shared.post("", {"name": "Windsor"})
    shared.get(STAGE, {"badge": badge("f" * 32)})

    assert missions(shared)["build"] == {
        "slug": "build",
        "title": "Build a castle.",
        "done": False,
        "receipt": None,
    }

    shared.post("", {"name": "Neuschwanstein"})
    receipt = signing.loads(missions(shared)["build"]["receipt"], key=settings.RECEIPT_KEY, salt="mission")
    assert receipt["learner"] == "f" * 32


def test_a_wrong_badge_counts_for_nobody_and_says_so(visit, monkeypatch):
    old = badge()
    for wrong in (badge(key="another key"), LEARNER, badge("not hex!"), old[:-3] + "abc"):
        ada = visit("sandpit")
        page = ada.get(STAGE, {"badge": wrong})
        assert "not counted" in page.text
        assert state(ada)["counts"] is False
    day_later = time.time() + 24 * 3600 + 5
    monkeypatch.setattr(signing.time, "time", lambda: day_later)
    assert "more than a day ago" in visit("sandpit").get(STAGE, {"badge": old}).text


def test_a_broken_predicate_is_logged_and_breaks_nothing(visit, caplog):
    with caplog.at_level(logging.ERROR, logger="sandbox.demos.missions"):
        response = visit("sandpit").post("", {"name": "Windsor"})

    assert response.status_code == 302
    assert "Mission clumsy of sandpit failed" in caplog.text


def test_reset_forgets_missions_but_not_the_learner(visit):
    ada = visit("sandpit")
    ada.get(STAGE, {"badge": badge()})
    ada.post("", {"name": "Windsor"})
    after = ada.post(f"{STAGE}reset").json()

    assert not any(mission["done"] for mission in after["missions"])
    assert after["counts"] is True
    assert ada.traces == []


def test_the_hint_is_markdown(visit):
    page = visit("sandpit").get(STAGE).text

    assert "Give it a <em>name</em>." in page


def test_a_title_is_markdown_of_one_line(visit, monkeypatch):
    title = "Write `x < y` and <script>alert(1)</script> *so*."
    mission = replace(missions_of(demo_named("sandpit"))[0], title=title)
    monkeypatch.setattr("sandbox.demos.stage.views.missions_of", lambda demo: [mission])

    page = visit("sandpit").get(STAGE).text

    assert '<span class="mission-title">Write <code>x &lt; y</code> and  <em>so</em>.</span>' in page
