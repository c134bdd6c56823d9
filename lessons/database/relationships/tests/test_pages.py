"""What the pages say is what the rows say, and a trial leaves every row as it was."""

import pytest
from bs4 import BeautifulSoup

from lessons.database.relationships.demo import relations, rows, trial
from lessons.database.relationships.demo.models import Album, Band, Membership, Musician, Profile, Track


@pytest.fixture
def browser(visit):
    return visit("relationships")


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def trial_of(browser, path: str, how: str = "instance", **extra):
    return browser.post(f"{path}delete/", {"how": how, **extra})


def states(browser, kind: str, pk: int, how: str = "instance") -> dict:
    with browser.world():
        return trial.attempt(rows.find(kind, pk), how, keep=False).states


def test_the_map_has_every_row_as_a_link_and_every_key_as_an_arrow(browser):
    page = soup(browser.get(""))
    with browser.world():
        everything = rows.everything()
        counted = sum(model.objects.count() for model in rows.MODELS.values())
    assert len(page.select("svg.graph a.node[href][aria-label]")) == len(everything) == counted
    assert len(page.select("svg.graph path.edge")) == sum(len(row.arrows) for row in everything.values())


def test_every_row_has_a_page(browser):
    with browser.world():
        keys = list(rows.everything())
    for kind in {kind for kind, _ in keys}:
        response = browser.get(f"rows/{kind}/1/")
        assert response.status_code == 200, kind
        assert "style=" not in response.text
        assert soup(response).select_one("svg .focus"), kind


@pytest.mark.parametrize("path", ["rows/band/999/", "rows/nonsense/1/", "rows/band/999/delete/"])
def test_rows_that_are_not_there(browser, path):
    assert browser.get(path).status_code == 404


def test_a_missing_profile_is_an_exception_and_a_missing_label_is_none(browser):
    assert "RelatedObjectDoesNotExist: Musician has no profile." in browser.get("rows/musician/4/").text
    with browser.world():
        band = Band.objects.get(label=None)
        [label] = [answer for answer in relations.neighbours(band) if answer.code == "band.label"]
    assert (label.rows, label.error, label.asked) == ([], "", [])


def test_a_second_profile_is_refused_and_the_first_stays(browser):
    response = browser.post("musicians/1/profile/", {"stage_name": "Other"})
    assert response.status_code == 409
    assert "UNIQUE constraint failed: relationships_profile.musician_id" in response.text
    with browser.world():
        assert Profile.objects.get(musician=1).stage_name == "Ada O."


def test_set_null(browser):
    assert states(browser, "label", 1) == {
        ("label", 1): "deleted",
        ("band", 1): "changed",
        ("band", 3): "changed",
    }


def test_protect_names_what_is_in_the_way(browser):
    assert states(browser, "band", 1) == {("album", 1): "in the way", ("album", 2): "in the way"}
    response = trial_of(browser, "rows/band/1/")
    assert response.status_code == 409
    assert "ProtectedError" in response.text
    assert not any(query["sql"].startswith("DELETE") for query in browser.traces[-1]["queries"])


def test_restrict_keeps_a_tour_and_lets_it_go_with_its_band(browser):
    assert set(states(browser, "tour", 2).values()) == {"in the way"}
    gone = states(browser, "band", 2)
    assert set(gone.values()) == {"deleted"}
    assert {("tour", 2), ("gig", 3), ("gig", 4), ("membership", 6), ("membership", 7)} < gone.keys()


def test_cascade_takes_the_middle_rows_of_a_many_to_many(browser):
    gone = states(browser, "album", 4)
    assert set(gone.values()) == {"deleted"}
    assert sorted(kind for kind, _ in gone) == ["album", "album_genres", "album_genres", "track", "track"]


def test_set_default_and_its_own_default(browser):
    assert states(browser, "studio", 3) == {
        ("studio", 3): "deleted",
        ("album", 3): "changed",
        ("album", 4): "changed",
    }
    response = trial_of(browser, "rows/studio/1/")
    assert response.status_code == 409
    assert "Refused by the database" in response.text


def test_set_creates_the_one_it_points_at(browser):
    found = states(browser, "musician", 8)
    assert list(found.values()).count("created") == 1
    assert {key for key, state in found.items() if state == "changed"} == {("track", n) for n in (1, 2, 3, 5)}
    assert found["profile", 5] == "deleted"


def test_do_nothing_is_found_by_the_database(browser):
    found = states(browser, "album", 1)
    assert {key for key, state in found.items() if state == "dangling"} == {("play", 1), ("play", 2)}
    assert "invalid foreign key" in trial_of(browser, "rows/album/1/").text


@pytest.mark.parametrize("how", ["instance", "queryset"])
def test_instance_and_queryset_do_the_same(browser, how):
    assert set(states(browser, "band", 2, how)) == set(states(browser, "band", 2))


def test_sql_asks_no_on_delete(browser):
    found = states(browser, "band", 2, "sql")
    assert [key for key, state in found.items() if state == "deleted"] == [("band", 2)]
    assert {key for key, state in found.items() if state == "dangling"} >= {("tour", 2), ("gig", 3)}


@pytest.mark.parametrize("path", ["rows/label/1/", "rows/band/1/", "rows/musician/8/", "rows/album/1/"])
@pytest.mark.parametrize("how", ["instance", "sql"])
def test_a_trial_changes_nothing(browser, path, how):
    with browser.world():
        before = rows.everything()
    trial_of(browser, path, how)
    with browser.world():
        assert rows.everything() == before


def test_for_real_is_real_unless_it_is_refused(browser):
    assert trial_of(browser, "rows/band/1/", keep="on").status_code == 409
    assert trial_of(browser, "rows/album/1/", keep="on").status_code == 409
    assert trial_of(browser, "rows/label/1/", keep="on").status_code == 302
    with browser.world():
        assert Album.objects.filter(pk=1).exists()
        assert Band.objects.filter(label=None).count() == 3


def test_the_plan_is_not_carried_out(browser):
    with browser.world():
        planned = trial.plan(Album.objects.get(pk=4))
        assert dict(planned.loaded) == {"album": 1}
        assert dict(planned.fast) == {"track": 2, "album_genres": 2}
        assert dict(trial.plan(Band.objects.get(pk=2)).loaded) == {"band": 1, "tour": 1}
        planned = trial.plan(Musician.objects.get(pk=8))
        assert planned.updates == [("Track.engineer", "Unknown engineer", 4)]
        assert not Musician.objects.filter(name="Unknown engineer").exists()
        assert Track.objects.filter(engineer=8).count() == 4
        assert trial.plan(Band.objects.get(pk=1)) is None


def test_an_unknown_way_is_refused(browser):
    assert trial_of(browser, "rows/label/1/", "magic").status_code == 400


def test_the_middle_row_keeps_its_data(browser):
    form = {"band": 2, "musician": 8, "instrument": "organ", "joined": 2024}
    for way in ("create", "add"):
        browser.post("members/", form | {"way": way})
        with browser.world():
            row = Membership.objects.get(band=2, musician=8)
            assert (row.instrument, row.joined) == ("organ", 2024)
        browser.post("members/", form | {"way": "remove"})
        with browser.world():
            assert not Membership.objects.filter(band=2, musician=8).exists()
    response = browser.post("members/", form | {"way": "bare"})
    assert "NOT NULL constraint failed: relationships_membership.joined" in response.text


def test_the_answers_of_the_other_side(browser):
    lists = [
        [item.text for item in card.select("ol li")] for card in soup(browser.get("ask/")).select(".card")
    ]
    assert lists[0] == ["The Slow Ferries", "The Slow Ferries", "Paper Lantern", "Copper Wire"]
    assert lists[1] == ["The Slow Ferries", "Paper Lantern", "Copper Wire"]
    assert lists[2] == ["The Slow Ferries", "Copper Wire"]
    assert lists[3] == ["The Slow Ferries", "Paper Lantern", "Copper Wire"]
    assert lists[4] == ["Quiet Hours"]
    assert lists[5] == ["Dov Amsel", "Finn Moran", "Gwen Pryce"]


def test_the_tables_know_of_references_and_of_no_on_delete(browser):
    text = soup(browser.get("tables/")).select_one("main").text.replace("not: ON DELETE", "")
    assert "REFERENCES" in text
    assert "DEFERRABLE INITIALLY DEFERRED" in text
    assert "ON DELETE" not in text
