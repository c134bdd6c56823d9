import pytest

from sandbox.demos import shared
from sandbox.demos.worlds import demo_named


@pytest.fixture(autouse=True)
def rows(django_db_blocker):
    """The shared rows are there: made by the first test that runs in this process."""
    with django_db_blocker.unblock():
        shared.build(demo_named("query_optimization"))
