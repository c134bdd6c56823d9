"""What somebody wrote in discussions: in the data that they take along, and after their account is gone."""

from __future__ import annotations

import pytest

from lms.dashboard.account import remove_account
from lms.dashboard.data import data_of
from lms.discussion.tests.conftest import ada, ben, lesson_page, person  # noqa: F401  fixtures
from lms.discussion.tests.people import ask, read, reply

pytestmark = pytest.mark.django_db


def test_posts_of_a_deleted_account_stay_without_a_name(ada, ben, lesson_page):  # noqa: F811
    thread = ask(ada)
    reply(ben, thread, "Because of sheep.")
    told = data_of(ben.user)["discussion"]
    assert told["name"] == ["Ben"]
    assert [post["text"] for post in told["posts"]] == ["Because of sheep."]
    assert told["follows"][0]["thread__title"] == "Why a gate?"
    remove_account(ben.user)
    page = read(ada, thread)
    assert "Because of sheep." in page
    assert "deleted user" in page
    assert "Ben" not in page
