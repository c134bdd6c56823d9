"""Each mission is noticed by the demos site itself, from real requests, and not before."""

from __future__ import annotations

from lessons.authentication.otp import missions
from lessons.authentication.otp.demo.seed import BACKUP_CODES
from lessons.authentication.otp.tests.archive import device_id, enter, set_clock, shown, text_code, verify
from lessons.authentication.otp.tests.test_enrolment import NEW, code_in_the_mail
from sandbox.demos.desk import read_desk
from sandbox.demos.worlds import World


def done(visitor) -> set[str]:
    return set(read_desk(World(visitor.visitor, visitor.demo))["missions"])


def test_looking_around_completes_nothing(visitor):
    for path in ("", "sign-up/", "sign-in/", "sign-in/code/", "papers/", "devices/"):
        visitor.get(path)
    enter(visitor)
    set_clock(visitor, 30)
    verify(visitor, "000000")
    assert done(visitor) == set()


def test_sign_up_by_code(visitor, clock):
    visitor.post("sign-up/", NEW)
    visitor.post("sign-up/code/", {"code": "000000"})
    assert done(visitor) == set()
    clock.wait(1)
    visitor.post("sign-up/code/", {"code": code_in_the_mail(visitor)})
    assert done(visitor) == {"sign_up_by_code"}


def test_two_steps_and_replay(visitor):
    code = shown(visitor)
    enter(visitor)
    verify(visitor, code)
    assert done(visitor) == {"two_steps"}
    visitor.post("sign-out/")
    enter(visitor)
    verify(visitor, "000000")
    assert done(visitor) == {"two_steps"}
    verify(visitor, f"{code[:3]} {code[3:]}")
    assert "replay" in done(visitor)


def test_enrol_an_app(visitor, clock):
    enter(visitor, "ines")
    visitor.get("devices/app/")
    visitor.post("devices/app/scan/")
    visitor.post("devices/app/", {"code": "000000"})
    assert done(visitor) == set()
    clock.wait(31)
    visitor.post("devices/app/", {"code": shown(visitor)})
    assert done(visitor) == {"enrol_an_app"}


def test_drift(visitor):
    set_clock(visitor, 60)
    enter(visitor)
    verify(visitor, shown(visitor))
    assert done(visitor) == set()


def test_drift_within_the_tolerance(visitor):
    set_clock(visitor, -30)
    enter(visitor)
    verify(visitor, shown(visitor))
    assert done(visitor) == {"two_steps", "drift"}


def test_locked(visitor):
    enter(visitor)
    verify(visitor, "000000")
    assert done(visitor) == set()
    verify(visitor, shown(visitor))
    assert done(visitor) == {"locked"}


def test_paper(visitor):
    enter(visitor)
    verify(visitor, BACKUP_CODES[0], "otp_static.staticdevice")
    assert done(visitor) == {"paper"}


def test_by_text(visitor):
    enter(visitor)
    visitor.post("sign-in/send/", {"device": device_id(visitor, "otp.smsdevice")})
    assert done(visitor) == set()
    verify(visitor, text_code(visitor), "otp.smsdevice")
    assert done(visitor) == {"by_text"}


def test_every_mission_is_tried_here() -> None:
    names = {name for name in vars(missions) if callable(vars(missions)[name]) and not name.startswith("_")}
    assert names == {
        "sign_up_by_code",
        "two_steps",
        "enrol_an_app",
        "replay",
        "drift",
        "locked",
        "paper",
        "by_text",
    }
