"""What to make happen in the Alder Archive. The format is in docs/architecture.md."""

import re


def sign_up_by_code(trace: dict, earlier: list[dict]) -> bool:
    """Sign up, and prove your address by a code.

    Any name and address will do: the envelope opens the mailbox. In the X-ray of the last `POST`, three rows
    change before `login()` writes the session. Which of them makes the account one that can sign in?
    """
    return trace["url_name"] == "confirm" and _verified_now(trace)


def two_steps(trace: dict, earlier: list[dict]) -> bool:
    """Sign in as milo, with the code on the phone.

    After the password he is signed in: see the session's new keys. After the code there is one more,
    `otp_device_id`. Which of the two does `otp_required` look for?
    """
    return trace["url_name"] == "verify" and _device(trace).startswith("otp_totp.")


def enrol_an_app(trace: dict, earlier: list[dict]) -> bool:
    """Give ines an authenticator app.

    Sign in as **ines**, add an app, scan the picture with the phone and send the first code back. From the
    phone's point of view, how many requests were that?
    """
    return (
        trace["url_name"] == "add_app"
        and _posted(trace, 302)
        and any(_changes(query["sql"], "otp_totp_totpdevice", "confirmed") for query in trace["queries"])
    )


def replay(trace: dict, earlier: list[dict]) -> bool:
    """Use a code twice, and be refused.

    Sign in with the phone's code, sign out, and sign in with the same six digits again, within the half
    minute. What does the row on *Devices* remember of the first time?
    """
    code = _code(trace)
    used = {
        _code(each) for each in earlier if each["url_name"] in ("verify", "add_app") and _posted(each, 302)
    }
    return trace["url_name"] == "verify" and _posted(trace, 200) and len(code) == 6 and code in used


def drift(trace: dict, earlier: list[dict]) -> bool:
    """Let a phone with a wrong clock in, and make the server remember.

    Set the phone's clock 30 seconds fast and sign in with what it shows. In the X-ray the `UPDATE` of the
    device has `"drift" = 1`. Would 60 seconds have been accepted before that, and after it?
    """
    found = [
        re.search(r'"drift" = (-?\d+)', query["sql"])
        for query in trace["queries"]
        if _changes(query["sql"], "otp_totp_totpdevice", "drift")
    ]
    return _verified_now(trace) and any(match is not None and match[1] != "0" for match in found)


def locked(trace: dict, earlier: list[dict]) -> bool:
    """Guess until you are locked out.

    Sign in as milo and send wrong codes, quickly. Each doubles the time for which the device does not even
    look. A right code in that time is refused, too: try it.
    """
    return trace["url_name"] == "verify" and any(each["level"] == "warning" for each in trace["messages"])


def paper(trace: dict, earlier: list[dict]) -> bool:
    """Get in without a phone.

    Make new backup codes on *Devices*, copy one, sign out, and sign in with it. In the X-ray a row is
    deleted: that is the whole protection against using it twice.
    """
    return _verified_now(trace) and any(
        query["sql"].startswith('DELETE FROM "otp_static_statictoken"') for query in trace["queries"]
    )


def by_text(trace: dict, earlier: list[dict]) -> bool:
    """Sign in with a text message.

    The device is the archive's own, thirty lines: see in the X-ray's `SELECT` and `UPDATE` which columns it
    has from django-otp. What happens to the code in the row when it was right?
    """
    return trace["url_name"] == "verify" and _device(trace).startswith("otp.smsdevice")


def _posted(trace: dict, status: int) -> bool:
    return trace["request"]["method"] == "POST" and trace["response"]["status"] == status


def _device(trace: dict) -> str:
    """The device that this request put into the session."""
    session = trace["session"] or {}
    return str({**session.get("added", {})}.get("otp_device_id", ""))


def _verified_now(trace: dict) -> bool:
    return _posted(trace, 302) and _device(trace) != ""


def _code(trace: dict) -> str:
    return "".join(((trace["request"]["form"] or {}).get("code") or [""])[0].split())


def _changes(sql: str, table: str, column: str) -> bool:
    return sql.startswith(f'UPDATE "{table}"') and f'"{column}" = ' in sql
