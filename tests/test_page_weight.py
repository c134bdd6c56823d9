"""How much script a page may load. The built files decide, so no machine is too slow for this."""

from __future__ import annotations

import pytest

from benchmarks.page_weight import EVERY_PAGE, WORKSPACE, closure, weights


@pytest.mark.parametrize("weight", weights(), ids=lambda weight: weight.page)
def test_a_page_loads_no_more_than_it_may(weight):
    assert 0 < weight.size <= weight.limit


def test_what_a_script_imports_is_counted_too():
    assert len(closure(["lesson.js"])) > 1
    assert {file.name for file in closure(WORKSPACE)} > {"app.js", "theme.js", "workspace.js"}


def test_the_editor_is_only_where_code_is_written():
    reading = closure([*EVERY_PAGE, "lesson.js"])
    assert not [file.name for file in reading if "cm-content" in file.read_text()]
    assert [file.name for file in closure(WORKSPACE) if "cm-content" in file.read_text()]
