"""`kill -9` amid 200 submissions: each that was accepted gets one result, and a receipt counts once."""

from __future__ import annotations

import os

import pytest

from tests.faults.installation import Installation
from tests.faults.missions import Bringer

pytestmark = pytest.mark.services

# Fewer on a machine on which somebody works; the moments of the kills move with it.
BURST = int(os.environ.get("FAULTS_BURST", "200"))


def test_worker_web_and_zygote_are_killed_in_the_middle_of_200_submissions(site: Installation):
    page = Bringer(site)
    with site.burst(range(BURST)) as accepted:
        accepted.wait_for(BURST // 5)
        site.restart("worker")
        accepted.wait_for(2 * BURST // 5)
        with page.bringing():
            site.restart("web")
            accepted.wait_for(3 * BURST // 5)
        site.restart("jail")
        accepted.wait_for(4 * BURST // 5)
        site.restart("worker")
    site.wait_until_done()
    assert len(accepted) == BURST
    site.expect_one_result_each(accepted)
    # Whoever got no answer brought it again: it may have been taken, and is at most once said to be new.
    assert page.counted() == (1, 1)
    assert page.answers.count(True) <= 1
    assert page.answers.count(False) >= 3
