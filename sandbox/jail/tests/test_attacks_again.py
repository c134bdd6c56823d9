"""The attacks on the machine once more, from where a learner's code runs in a child of a template."""

import json
from pathlib import Path

from sandbox.jail import Jail
from sandbox.jail.control import Template
from sandbox.jail.tests.conftest import Still
from sandbox.jail.tests.test_attacks import REFUSED, REPOSITORY, x86_only
from sandbox.jail.tests.test_templates import graded, project, warm
from sandbox.jail.tests.test_tool_attacks import PRELUDE, TRY


@x86_only
def test_every_attack_is_refused_in_a_child_of_a_template(jail: Jail, still: Still) -> None:
    prelude = PRELUDE.replace("{repository!r}", repr(REPOSITORY))
    attacks = f"{prelude}{TRY[: TRY.index('print(')]}\nCASES = {json.dumps(REFUSED)!r}\n"
    body = (
        "import json\nfrom extra import attacks\n"
        "told = {name: attacks.attempt(source) for name, source in json.loads(attacks.CASES).items()}\n"
        "through = {name: what for name, what in told.items() if what != 'refused'}\n"
        "result = str(through or 42) if len(told) > 130 else 'not all were tried'"
    )
    verdict = graded(jail, body, **{"extra/__init__.py": "", "extra/attacks.py": attacks})
    assert verdict.checks[0].got in ("", "42"), verdict.checks[0].got
    assert verdict.state == "passed", verdict


def test_a_sibling_s_files_can_t_be_opened(jail: Jail, still: Still) -> None:
    name = "extra/written-by-the-learner-of-the-same-exercise.txt"
    mine = project(**{name: "secret"})
    assert warm(jail, mine) == Template.USED
    with jail.boot(mine) as booted:
        assert booted.child.template == Template.USED
        assert booted.evaluate(f"open({name!r}).read()")["value"] == "secret"
        [path] = Path("/dev/shm").glob(f"**/{name}")
        read = f"try: result = open({str(path)!r}).read()\nexcept OSError as e: result = e.strerror"
        assert graded(jail, read).checks[0].got == "Permission denied"
