"""What to make happen on the harbour's notice board. The format is in docs/architecture.md."""

NEEDED = "account/verified_email_required.html"
CODE = "account_email_verification_code"
THROTTLE = 180  # seconds between two letters to one address, by link


def signed_in_and_refused(trace: dict, earlier: list[dict]) -> bool:
    """Sign up, be signed in, and be refused when you pin a notice.

    *Sign up* with any address. You are in at once, and *Address* says that yours is not confirmed. Write a
    notice, *Pin it*. The X-ray has a POST with status 200 and a page that asks for a confirmation;
    nothing was written to `email_verification_notice`.
    """
    return _is_refused(trace)


def confirmed_by_link(trace: dict, earlier: list[dict]) -> bool:
    """Confirm your address by the link in the letter, and pin the notice.

    Open *Mail*, click the link. In the X-ray, its GET updates nothing. Press the button: the POST has an
    `UPDATE account_emailaddress`. Now pin.
    """
    confirmed = any(seen["url_name"] == "account_confirm_email" and _is_done(seen) for seen in earlier)
    return confirmed and trace["url_name"] == "pin" and _is_done(trace)


def throttled(trace: dict, earlier: list[dict]) -> bool:
    """Ask for more letters than you get.

    With an address that is not confirmed, pin twice within three minutes (grace will do:
    `nanosecond-wire`), or press *Send another letter* on *Address*. Every try looks the same; count the
    letters in *Mail*, and look for what the X-ray says was sent.
    """
    if not _asks_for_letter(trace) or trace["mail"]:
        return False
    same = [seen for seen in earlier if _who(seen) == _who(trace) and trace["at"] - seen["at"] < THROTTLE]
    return any(seen["mail"] for seen in same) and any(_asks_for_letter(seen) for seen in same)


def link_works_once(trace: dict, earlier: list[dict]) -> bool:
    """Click a link again after it has confirmed, and be refused.

    Then let the *Register* take the link apart: the signature is right, the time is right, and the row has
    what the last question asks for.
    """
    return (
        trace["url_name"] == "account_confirm_email"
        and trace["request"]["method"] == "GET"
        and any(
            seen["request"]["path"] == trace["request"]["path"]
            and seen["url_name"] == "account_confirm_email"
            and _is_done(seen)
            for seen in earlier
        )
    )


def in_by_code(trace: dict, earlier: list[dict]) -> bool:
    """Set the house to *By code*, sign up again, and come in with the code.

    The switch is on *Register*. After *Sign up* you are nobody still: in the X-ray, *Session* has gained the
    code, in clear text, and `account_login`, which is who you will be. The code is in *Mail*.
    """
    return _answers_code(trace) and trace["user"]["before"] is None and trace["user"]["after"] is not None


def three_wrong_codes(trace: dict, earlier: list[dict]) -> bool:
    """Guess three codes, and lose the right one.

    Sign up by code with another name, and enter `BBBB-BBBB` three times. The third answer is a redirect, and
    in the X-ray the session has lost the code. Even the letter's code is worth nothing now.
    """
    lost = trace["session"]["removed"].get(CODE)
    return _answers_code(trace) and lost is not None and lost["failed_attempts"] == 2


def taken_address(trace: dict, earlier: list[dict]) -> bool:
    """By code, sign up with ada’s address, and compare the page that you see with the letter that she gets.

    A new name, `ada@analytical.example`. The page asks for a code as ever; only *That is not my address* is
    missing, and the lesson says why. In the X-ray there is no `INSERT INTO auth_user`. Try the same
    *by link*, and see who is told then.
    """
    return (
        trace["url_name"] == "account_signup"
        and trace["response"]["status"] == 302
        and bool(trace["mail"])
        and not any(query["sql"].startswith('INSERT INTO "auth_user"') for query in trace["queries"])
    )


def moved(trace: dict, earlier: list[dict]) -> bool:
    """Change a confirmed address, and see when the old one stops counting.

    Sign in as **ada** (`analytical-engine`), *Address*, another one. Before you confirm it, look at the
    *Register*: which row is primary, and what is `user.email`? Then confirm. Two letters went out
    on the way; find out who got the second.
    """
    confirms = trace["url_name"] in ("account_confirm_email", "account_email_verification_sent")
    return confirms and _is_done(trace) and trace["user"]["before"] is not None and bool(trace["mail"])


def _is_done(trace: dict) -> bool:
    return trace["request"]["method"] == "POST" and trace["response"]["status"] == 302


def _is_refused(trace: dict) -> bool:
    return trace["url_name"] == "pin" and any(page["name"] == NEEDED for page in trace["templates"])


def _asks_for_letter(trace: dict) -> bool:
    again = trace["url_name"] == "account_email" and "action_send" in (trace["request"]["form"] or {})
    return _is_refused(trace) or again


def _answers_code(trace: dict) -> bool:
    return trace["url_name"] == "account_email_verification_sent" and _is_done(trace)


def _who(trace: dict) -> str | None:
    return trace["user"]["after"]
