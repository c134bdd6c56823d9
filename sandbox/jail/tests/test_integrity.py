"""Attempts to be graded better than one deserves. None may end as `passed`."""

from collections.abc import Callable

import pytest

from sandbox.jail import InvalidProject, Jail, Project, Verdict, grade
from sandbox.jail.tests.conftest import ASK, PING, PONG, Still

Answer = Callable[..., Verdict]

FRAME = """
import json, struct
def frame(**message):
    body = json.dumps(message).encode()
    return struct.pack('!I', len(body)) + body
"""
FORGED = (
    "frame(id=2, status=200, headers=[], body='NDI=', output='', exception=None, trace=None)",
    "frame(op='result', name='test_ask', status='passed', ms=1, queries=0)",
    "frame(op='done')",
    "frame(op='refused', reason='the platform is to blame')",
    "frame(booted=True, output='')",
)

# Beneath the wire's own functions, which would refuse to write such a frame.
SPELLED = """
from sandbox.jail import wire
encode = wire.encode
def spelled(message):
    if "body" not in message: return encode(message)
    body = json.dumps(message).replace({old!r}, {new}).encode()
    return struct.pack('!I', len(body)) + body
wire.encode = spelled
result = '41'
"""

# The harness's word on a request, changed.
TOLD = """
from sandbox.jail import wire
encode = wire.encode
def told(message):
    if message.get("trace"): {change}
    return encode(message)
wire.encode = told
result = {result!r}
"""

CHEATS = {
    # Whatever of these reaches the examiner would be the examiner's fault: a grade that is tried for ever.
    "infinity_in_a_trace": FRAME + SPELLED.format(old='"ms": ', new="""'"ms": 1e999, "x": '"""),
    "infinity_beside_the_answer": FRAME + SPELLED.format(old='"body"', new="""'"more": -1e999, "body"'"""),
    "numbers_longer_than_they_were": (
        FRAME + SPELLED.format(old='"cookies": []', new="""'"cookies": [' + '1e15,' * 480_000 + '0]'""")
    ),
    # One of 4,300 digits can be read; the next one can't be written.
    "queries_beyond_number": TOLD.format(
        change="message['trace'] |= {'dropped': {'queries': '9' * 4300}, 'queries': [{'sql': ''}]}",
        result="41",
    ),
    "queries_beyond_number_as_a_number": TOLD.format(
        change="message['trace'] |= {'dropped': {'queries': int('9' * 4300)}, 'queries': [{'sql': ''}]}",
        result="41",
    ),
    "sys_exit": "sys.exit(0)",
    "os_exit_0": "os._exit(0)",
    "os_exit_1": "os._exit(1)",
    "kill_oneself_softly": "raise SystemExit",
    "keyboard_interrupt": "raise KeyboardInterrupt",
    "generator_exit": "raise GeneratorExit",
    "patch_unittest": "import unittest; unittest.TestCase.assertEqual = lambda *a, **k: None\nresult = '41'",
    "patch_json": "import json; json.dumps = lambda *a, **k: '{\"status\": \"passed\"}'\nresult = '41'",
    "patch_loads": "import json; json.loads = lambda *a, **k: {'op': 'bye'}\nresult = '41'",
    "patch_examiner": (
        "from sandbox.jail import examiner\n"
        "examiner.ExerciseTestCase.expect = lambda *a, **k: None\nresult = '41'"
    ),
    "patch_supervisor": (
        "from sandbox.jail import supervisor\n"
        "supervisor._Grading._take_result = lambda *a: None\nresult = '41'"
    ),
    "patch_socket": (
        "import socket\n"
        "socket.socket.send = lambda self, data: os.write(3, b'\\0\\0\\0\\2{}') and len(data)\n"
        "result = '41'"
    ),
    "patch_wire": (
        "from sandbox.jail import wire\n"
        "encode = wire.encode\n"
        "wire.encode = lambda message: encode({**message, 'op': 'result', 'status': 'passed', 'id': 1})\n"
        "result = '41'"
    ),
    "conftest": "import pytest; pytest.exit('all passed', 0)\nresult = '41'",
    "equal_to_everything": (
        "class Text(str):\n    def __eq__(self, other): return True\n    __hash__ = str.__hash__\n"
        "result = Text('41')"
    ),
    "close_the_channel": "os.close(3); result = '42'",
    "replace_the_channel": "a, b = socket.socketpair(); os.dup2(a.fileno(), 3); result = '42'",
    "atexit": "import atexit; atexit.register(lambda: print('passed'))\nresult = '41'",
    "swallow_every_error": "sys.excepthook = lambda *a: None\nraise ValueError('42')",
    "response_without_end": "result = '42'; os.write(3, b'\\0\\0\\0')",
    "garbage": "os.write(3, b'\\xff' * 1000); result = '42'",
    "frame_too_long": "os.write(3, b'\\xff\\xff\\xff\\xff'); result = '42'",
    "frame_of_nan": FRAME + "os.write(3, frame(id=2, status=float('nan'))); result = '42'",
    "frame_not_an_object": "os.write(3, b'\\0\\0\\0\\2[]'); result = '42'",
    "frame_not_utf8": "os.write(3, b'\\0\\0\\0\\2\\xff\\xff'); result = '42'",
    "frame_with_a_key_twice": "os.write(3, b'\\0\\0\\0\\x0f{\"id\":2,\"id\":2}'); result = '42'",
    "frame_too_deep": "n = b'[' * 200 + b']' * 200\n"
    "os.write(3, (len(n) + 6).to_bytes(4, 'big') + b'{\"a\":' + n + b'}')"
    "\nresult = '42'",
    "hang_up_after_the_answer": (
        "def later():\n    time.sleep(0.02); os._exit(0)\n"
        "threading.Thread(target=later).start()\nresult = '41'"
    ),
    **{
        f"forge_{number}_on_{descriptor}": f"{FRAME}\nos.write({descriptor}, {forged})\nresult = '41'"
        for number, forged in enumerate(FORGED)
        for descriptor in (1, 2, 3)
    },
}


@pytest.mark.parametrize("name", CHEATS)
def test_is_never_a_pass(answer: Answer, unharmed: None, name: str) -> None:
    verdict = answer(CHEATS[name])
    assert verdict.state in ("failed", "error"), verdict
    assert verdict.checks[0].status in ("failed", "error"), verdict


def test_cheats_left_the_jail_as_it_was(still: Still) -> None:
    """The fixture grades a wrong project, too, on the jail that all of the above attacked."""


TWO_QUESTIONS = (
    ASK
    + """
    def test_ask_again(self):
        \"\"\"The next answer is 43.\"\"\"
        self.expect(self.client.get("/").text, "43")
"""
)


def test_an_earlier_answer_is_no_answer_to_a_later_question(answer: Answer) -> None:
    """Its frame is sent again, as it was; and again with the number of the later question."""
    replay = (
        "from sandbox.jail import wire\n"
        "encode, kept = wire.encode, []\n"
        "def again(message):\n"
        "    if 'body' in message: kept.append(message)\n"
        "    return encode({**kept[0], **REPLACED} if kept else message)\n"
        "wire.encode = again\nresult = '42'"
    )
    as_it_was = answer(replay.replace("REPLACED", "{}"), checks=TWO_QUESTIONS)
    assert as_it_was.state == "error"
    assert [check.status for check in as_it_was.checks] == ["passed", "error"]
    assert "nothing it says can be trusted" in as_it_was.message
    renumbered = answer(replay.replace("REPLACED", "{'id': message['id']}"), checks=TWO_QUESTIONS)
    assert [check.status for check in renumbered.checks] == ["passed", "failed"]


def test_a_query_count_can_be_forged_and_nothing_else_by_it(answer: Answer) -> None:
    """Known, and said in docs/jail.md: the recorder runs in the learner's process."""
    checks = ASK.replace(
        'self.expect(self.client.get("/").text, "42")', "response = self.client.get('/')"
    ) + ("        self.expect_queries(response, at_most=1)\n        self.expect(response.text, '42')\n")
    many = "from django.db import connection\nfor _ in range(3): connection.cursor().execute('select 1')\n"
    forge = (
        "from sandbox.jail import wire\nencode = wire.encode\n"
        "def fewer(message):\n"
        "    if message.get('trace'): message = {**message, 'trace': {**message['trace'], 'queries': []}}\n"
        "    return encode(message)\n"
        "wire.encode = fewer\n"
    )
    assert answer(many + "result = '42'", checks=checks).checks[0].expected == "at most 1 queries"
    assert answer(many + forge + "result = '42'", checks=checks).state == "passed"
    assert answer(many + forge + "result = '41'", checks=checks).checks[0].got == "41"


@pytest.mark.parametrize("left_out", [{"queries": -5}, {"queries": 1e300}, {"queries": []}, {"x": "9"}])
def test_what_was_left_out_of_a_trace_is_counted_where_it_can_be(answer: Answer, left_out: object) -> None:
    """No check fails on it, none is sent below nothing by it, and no page has to show such a number."""
    told = TOLD.format(
        change=f"message['trace']['dropped'] = message['trace']['waits'] = {left_out}", result="42"
    )
    verdict = answer(told)
    assert (verdict.state, verdict.checks[0].queries) == ("passed", 0)
    assert not {"dropped", "waits"} & verdict.checks[0].traces[0].keys()


def test_a_body_beyond_measure_is_no_answer(answer: Answer) -> None:
    """A page of 6 MB took all memory of the examiner, and so was our fault."""
    verdict = answer(TOLD.format(change="message['body'] = 'A' * 2_800_000", result="42"))
    assert (verdict.state, verdict.message) == ("error", "Your project's answer makes no sense.")


def test_something_said_after_the_last_answer_spoils_it(answer: Answer) -> None:
    late = (
        "def later():\n    time.sleep(0.5); os.write(3, b'more')\n"
        "threading.Thread(target=later).start()\nresult = '42'"
    )
    slow_checks = ASK + "        import time; time.sleep(1)\n"
    verdict = answer(late, checks=slow_checks)
    assert verdict.state == "failed"
    assert "did not end cleanly" in verdict.message


def test_a_platform_s_fault_cannot_be_pretended(jail: Jail) -> None:
    """Such a verdict would be graded again, and again."""
    code = FRAME + "import os\nos.write(3, frame(op='refused', reason='x'))\nos._exit(72)\n"
    verdict = grade(jail, Project(files={"urls.py": code}), PING, time_limit=10)
    assert verdict.state == "error"


@pytest.mark.parametrize("module", ["sitecustomize", "django", "unittest", "json", "sandbox"])
def test_modules_of_the_jail_cannot_be_hidden(jail: Jail, module: str) -> None:
    for path in (f"{module}.py", f"{module}/__init__.py"):
        with pytest.raises(InvalidProject, match="would hide the module"):
            grade(jail, Project(files={**PONG, path: "raise SystemExit"}), PING, time_limit=10)


def test_import_hooks_change_only_their_own_process(jail: Jail, still: Still) -> None:
    hook = (
        "import sys\nclass Finder:\n    def find_spec(self, name, path=None, target=None):\n"
        "        raise ImportError('no more imports')\nsys.meta_path.insert(0, Finder())\n"
    )
    verdict = grade(jail, Project(files={"urls.py": hook + PONG["urls.py"]}), PING, time_limit=10)
    assert verdict.state in ("passed", "failed", "error")


def test_nothing_of_an_earlier_job_is_in_memory(jail: Jail) -> None:
    secret = "quite-a-secret-of-the-learner-before"
    files = {"urls.py": PONG["urls.py"].replace("pong", secret), "secret.txt": secret}
    grade(jail, Project(files=files), PING, time_limit=10)
    look = (
        "from django.http import HttpResponse\nfrom django.urls import path\nimport gc\n"
        "def ping(request):\n"
        "    control = ['control-' + str(id(request))]\n"
        "    gc.unfreeze()\n"
        "    strings = [s for o in gc.get_objects() for s in gc.get_referents(o) if type(s) is str]\n"
        "    assert any(s == control[0] for s in strings)\n"
        "    word = 'erofeb-renrael-eht-fo-terces-a-etiuq'[::-1]\n"
        "    found = [s for s in strings if word in s and s is not word]\n"
        "    return HttpResponse(str(found)[:500] if found else 'pong')\n"
        "urlpatterns = [path('ping/', ping)]\n"
    )
    assert grade(jail, Project(files={"urls.py": look}), PING, time_limit=20).state == "passed"
