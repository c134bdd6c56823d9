"""What a demo brings for packages that know of one project only: settings, URL names, a cache."""

import pytest
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse

from sandbox.demos.projects import package_setting
from sandbox.demos.worlds import World


def asked(browser) -> dict:
    return browser.get("unnamed/").json()


def test_a_setting_is_the_lessons_inside_of_it_and_the_sites_elsewhere(visit, settings):
    settings.SANDPIT_DEPTH = "shallow"
    with visit("sandpit").world():
        assert package_setting("SANDPIT_DEPTH", None) == "deep"
        assert package_setting("SANDPIT_WIDTH", "narrow") == "narrow"
    with visit("login_logout").world():
        assert package_setting("SANDPIT_DEPTH", None) == "shallow"
    assert package_setting("SANDPIT_DEPTH", None) == "shallow"


def test_a_name_without_a_namespace_is_known_in_its_lesson_only(visit):
    found = asked(visit("sandpit"))
    assert (found["own"], found["home"]) == ("/yard/sandpit/unnamed/", "/yard/sandpit/")
    assert visit("login_logout").get("unnamed/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("sandpit_unnamed")


def test_it_has_the_prefix_of_the_second_browser(visit):
    assert asked(visit("sandpit").beside(2))["own"] == "/~2/yard/sandpit/unnamed/"


def test_each_visitors_cache_is_their_own_and_empty_after_a_reset(visit):
    ada, bob = visit("sandpit"), visit("sandpit")
    assert [asked(ada)["count"], asked(ada.beside(2))["count"], asked(bob)["count"]] == [1, 2, 1]
    World(ada.visitor, ada.demo).reset()
    assert asked(ada)["count"] == 1
    assert cache.get("count") is None
