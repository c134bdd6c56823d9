"""The text's numbers and claims, tried on the demo's own rows: a seed that changes has to change the text."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError, Q, RestrictedError
from django.db.models.signals import post_delete
from django.test.utils import CaptureQueriesContext, isolate_apps

from lessons.database.relationships.demo import rows, trial
from lessons.database.relationships.demo.models import (
    Album,
    Band,
    Genre,
    Membership,
    Musician,
    Profile,
    Studio,
    Tour,
    Track,
)

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text()


@pytest.fixture(autouse=True)
def world(visit):
    with visit("relationships").world():
        yield


def asked(ask) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        ask()
    return [query["sql"] for query in seen.captured_queries]


def test_the_sizes_that_the_text_names():
    everything = rows.everything()
    assert f"{len(everything)} rows in {len(rows.MODELS)} tables" in TEXT
    assert {kind for kind, _ in everything} == set(rows.MODELS)


def test_forward_asks_once_and_the_key_asks_nothing():
    album = Album.objects.get(pk=1)
    assert asked(lambda: album.band_id) == []
    assert len(asked(lambda: (album.band, album.band))) == 1
    band = Band.objects.get(label=None)
    assert asked(lambda: band.label) == []


def test_the_missing_profile():
    dov = Musician.objects.get(pk=4)
    with pytest.raises(Musician.profile.RelatedObjectDoesNotExist) as caught:
        _ = dov.profile
    assert isinstance(caught.value, Profile.DoesNotExist)
    assert isinstance(caught.value, AttributeError)
    fresh = Musician.objects.get(pk=4)
    assert len(asked(lambda: hasattr(fresh, "profile"))) == 1
    joined = asked(lambda: [hasattr(one, "profile") for one in Musician.objects.select_related("profile")])
    assert len(joined) == 1
    assert "LEFT OUTER JOIN" in joined[0]


@isolate_apps("lessons.database.relationships.demo")
def test_names_of_the_way_back():
    class Parent(models.Model):
        class Meta:
            app_label = "relationships"

    class Album(models.Model):
        parent = models.ForeignKey(Parent, on_delete=models.CASCADE)
        hidden = models.ForeignKey(Parent, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "relationships"

    assert hasattr(Parent, "album_set")
    assert [field.name for field in Parent._meta.get_fields() if field.is_relation] == ["album"]


@isolate_apps("lessons.database.relationships.demo")
def test_set_null_needs_null():
    class Parent(models.Model):
        class Meta:
            app_label = "relationships"

    class Child(models.Model):
        parent = models.ForeignKey(Parent, on_delete=models.SET_NULL)

        class Meta:
            app_label = "relationships"

    assert [error.id for error in Child.check()] == ["fields.E320"]


def test_the_table_of_add():
    band, ada = Band.objects.get(pk=1), Musician.objects.get(pk=1)
    with pytest.raises(IntegrityError, match="UNIQUE constraint failed"), transaction.atomic():
        Membership.objects.create(band=band, musician=ada, instrument="organ", joined=2025)
    sent = asked(lambda: band.members.add(ada, through_defaults={"instrument": "organ", "joined": 2025}))
    assert [sql.split()[0] for sql in sent if sql.split()[0] not in ("BEGIN", "COMMIT")] == ["SELECT"]
    assert Membership.objects.get(band=band, musician=ada).instrument == "voice"
    album = Album.objects.get(pk=1)
    assert any("INSERT OR IGNORE" in sql for sql in asked(lambda: album.genres.add(Genre.objects.get(pk=1))))
    with pytest.raises(IntegrityError, match="NOT NULL constraint failed"), transaction.atomic():
        band.members.add(Musician.objects.get(pk=8))


def test_set_forgets_who_is_not_in_the_list():
    band = Band.objects.get(pk=1)
    band.members.set([1])
    assert [row.instrument for row in band.memberships.all()] == ["voice"]


def test_the_refusals_are_integrity_errors_and_come_before_any_delete():
    for instance, error in (
        (Band.objects.get(pk=1), ProtectedError),
        (Tour.objects.get(pk=2), RestrictedError),
    ):
        with CaptureQueriesContext(connection) as seen, pytest.raises(error) as caught:
            instance.delete()
        assert isinstance(caught.value, IntegrityError)
        assert not [query for query in seen.captured_queries if "DELETE" in query["sql"]]


def test_a_receiver_makes_the_rows_be_loaded():
    album = Album.objects.get(pk=4)
    assert "track" not in dict(trial.plan(album).loaded)

    def receiver(**kwargs):
        """Only its being connected counts."""

    post_delete.connect(receiver, sender=Track)
    try:
        assert dict(trial.plan(album).loaded)["track"] == 2
    finally:
        post_delete.disconnect(receiver, sender=Track)


def test_a_set_function_runs_only_for_rows():
    assert "created" not in trial.attempt(Musician.objects.get(pk=4), "instance", keep=False).states.values()


def test_deferred_means_at_the_commit():
    with pytest.raises(IntegrityError, match="FOREIGN KEY constraint failed"):  # noqa: PT012 - the end raises
        with transaction.atomic():
            Album.objects.get(pk=1).delete()
            deleted = not Album.objects.filter(pk=1).exists()
    assert deleted
    assert Album.objects.filter(pk=1).exists()


def test_the_default_that_deletes_itself():
    outcome = trial.attempt(Studio.objects.get(pk=1), "instance", keep=False)
    assert outcome.refused_by == "the database"
    assert [sql.split()[0] for sql in outcome.asked] == ["SELECT", "SELECT", "UPDATE", "DELETE"]


def test_one_query_finds_doubles():
    pairs = Membership.objects.values("band", "musician").annotate(n=models.Count("pk"))
    assert list(pairs.filter(n__gt=1)) == []
    assert len(pairs) == Membership.objects.count()


def test_the_constraint_of_the_text_is_partial():
    [block] = [
        block for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "UniqueConstraint" in block
    ]
    constraint = eval(block, {"models": models, "Q": Q})
    with connection.schema_editor(collect_sql=True) as editor:
        sql = str(constraint.create_sql(Membership, editor))
    assert sql.startswith("CREATE UNIQUE INDEX")
    assert sql.endswith('WHERE "left" IS NULL')


def test_full_clean_looks_first():
    again = Membership(band_id=1, musician_id=1, instrument="organ", joined=2025)
    with pytest.raises(ValidationError):
        again.full_clean()


def test_answers_of_the_quiz():
    drums = Band.objects.filter(memberships__instrument="drums")
    one = Band.objects.filter(memberships__instrument="drums", memberships__left=None).distinct()
    two = drums.filter(memberships__left=None).distinct()
    third = Band.objects.exclude(memberships__left__isnull=False).filter(memberships__instrument="drums")
    names = [sorted(band.name for band in found) for found in (one, two, third)]
    assert names == [
        ["Copper Wire", "The Slow Ferries"],
        ["Copper Wire", "Paper Lantern", "The Slow Ferries"],
        ["Copper Wire"],
    ]
    with pytest.raises(FieldError):
        Musician.objects.filter(profile_id=None)
