"""Numbers that are kept are those that would be counted, and are made again when they have to be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from lms.accounts.models import Learner, User
from lms.classes import figures
from lms.classes.cohorts import join, leave, open_class
from lms.classes.counting import touch
from lms.classes.figures import Asks, count, figures_of, quartiles, refresh_large
from lms.classes.models import Cohort, Figures
from lms.classes.seeing import Scope

pytestmark = pytest.mark.django_db
ASKS = {"csrf": Asks(missions=1, exercises=1)}


@pytest.fixture
def cohort(monkeypatch) -> Cohort:
    """Of two learners, which is large here."""
    monkeypatch.setattr(figures, "MOST_LIVE", 1)
    made = open_class(teacher=User.objects.create_user("t@example.org"), name="x", starts_on=today())
    for _ in range(2):
        enter(made, Learner.objects.create())
    return made


def today():
    return timezone.localdate()


def enter(cohort: Cohort, learner: Learner) -> None:
    join(cohort=cohort, learner=learner, token=cohort.join_token, now=timezone.now(), today=today())


def test_what_is_kept_is_what_was_counted(cohort: Cohort):
    now = timezone.now()
    touch(learner=Learner.objects.first(), lesson="csrf", at=now, read=True, missions=1, passed=1)
    assert refresh_large(ASKS, now) == 2  # the class, and everybody
    kept = figures_of(Scope(cohort), {}, now)
    assert kept == count(Scope(cohort), ASKS, now)
    assert kept.lesson("csrf").through == 1


def test_only_what_has_changed_is_counted_again(cohort: Cohort):
    now = timezone.now()
    refresh_large(ASKS, now)
    later = now + timedelta(minutes=10)
    assert refresh_large(ASKS, later) == 0
    touch(learner=Learner.objects.create(), lesson="csrf", at=later)
    assert refresh_large(ASKS, later) == 1  # somebody who is not in the class
    assert refresh_large(ASKS, later + timedelta(hours=7)) == 2


def test_the_numbers_do_not_outlive_a_member(cohort: Cohort):
    refresh_large(ASKS, timezone.now())
    leave(cohort=cohort, learner=Learner.objects.first())
    assert not Figures.objects.filter(cohort=cohort).exists()


@pytest.mark.parametrize(
    ("values", "found"),
    [([], None), ([7], (7, 7, 7)), ([4, 1, 3, 2], (1, 2, 3)), ([5, 1, 2, 3, 4], (2, 3, 4))],
)
def test_quartiles_are_values_that_occurred(values, found):
    assert quartiles(values) == found
