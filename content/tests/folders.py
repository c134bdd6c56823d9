"""A small syllabus on disk: one track, one whole lesson, one row that is not written."""

from __future__ import annotations

from pathlib import Path

LESSON = """\
---
title: Counting sheep
feature: Counting – One sheep at a time
why: Sleep
minutes: 20
level: beginner
needs: []
objectives:
  - Count a sheep
  - "Say: that is one"
packages: [django]
---

## See it

Sheep jump over the *fence*. See [the manual](https://docs.djangoproject.com/).

:::demo
:::

## How it works

:::source demo/views.py#Fence.jump
Each jump is **counted**.
:::

:::source demo/templates/sheep/fence.html@gate
:::

```python
:::inside a fence, this is text
count += 1
```

## Build it

:::exercise repair_fence
:::

:::figure fence.svg
alt: A fence with a gate.
caption: The gate is `open`.
:::

## Break it

:::note warning Sheep do not *wait*
Count them while they jump.
:::

:::compare
### Before: one by one
```python
for sheep in flock: count(sheep)
```
### After: at once
```python
len(flock)
```
:::

## Check yourself

:::quiz
### How many sheep are in `flock[:1]`?
- [ ] None
  A slice of one has one.
- [x] One at most
  An empty flock has none.

  ```python
  [][:1] == []
  ```

### Which are sheep?
- [x] Ewes
  Yes.
- [x] Rams
  Yes.
- [ ] Goats
  No.
:::
"""

EXERCISE = """\
---
title: Repair the fence
kind: repair
points: 20
time_limit: 10
editable: [farm/views.py, farm/extra/]
hidden: [farm/seed.py]
apps: [farm]
urls: urls
entry: /
seed: farm.seed.fill
---

The gate is **stuck**.

## Hints

### Where to look

In `views.py`.

### Nearly the answer

Return the number.
"""

CHECKS = '''\
from sandbox.jail.examiner import ExerciseTestCase


class Checks(ExerciseTestCase):
    def test_gate(self):
        """The gate opens."""
'''

VIEWS = """\
from x import y


class Fence:
    height = 1

    @y
    def jump(self):
        # region: inner
        return 1
        # endregion: inner
"""

TEMPLATE = """\
<p>
  {# region: gate #}
  <b>gate</b>
  {# endregion: gate #}
</p>
"""

FILES = {
    "track.toml": 'title = "Farm"\nposition = 1\n\n[[lesson]]\nslug = "counting"\n'
    'feature = "Counting – One sheep at a time"\nwhy = "Sleep"\n\n[[lesson]]\nslug = "shearing"\n'
    'feature = "Shearing"\nwhy = "Wool"\n',
    "counting/lesson.md": LESSON,
    "counting/demo/views.py": VIEWS,
    "counting/demo/templates/sheep/fence.html": TEMPLATE,
    "counting/figures/fence.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320"/>\n',
    "counting/missions.py": 'def jump(trace, earlier):\n    """Make one jump.\n\n    Use the gate.\n    """\n'
    "    return _high(trace)\n\n\ndef _high(trace):\n    return True\n",
    "counting/exercises/repair_fence/exercise.md": EXERCISE,
    "counting/exercises/repair_fence/checks.py": CHECKS,
    "counting/exercises/repair_fence/starter/farm/views.py": "broken\n",
    "counting/exercises/repair_fence/starter/farm/seed.py": "secret\n",
    "counting/exercises/repair_fence/starter/urls.py": "urlpatterns = []\n",
    "counting/exercises/repair_fence/starter/farm/extra/old.py": "old\n",
    "counting/exercises/repair_fence/solution/farm/views.py": "right\n",
    "counting/exercises/repair_fence/solution/REMOVED": "farm/extra/old.py\n",
    "counting/exercises/repair_fence/also_right/other/farm/views.py": "right too\n",
    "counting/exercises/repair_fence/wrong/gone/CASE": "caught by: test_gate — they take the view away\n",
    "counting/exercises/repair_fence/wrong/gone/REMOVED": "farm/views.py\n",
}


def write_syllabus(root: Path) -> Path:
    """Write the syllabus below `root`; return the folder of its lesson."""
    for name, text in FILES.items():
        path = root / "farm" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root / "farm" / "counting"
