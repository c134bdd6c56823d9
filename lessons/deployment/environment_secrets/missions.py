"""What to make happen at the Moss Street Bakery. The format is in docs/architecture.md."""


def debug_off(trace: dict, earlier: list[dict]) -> bool:
    """Turn DEBUG off in the release that runs, and leave .env as it is.

    Release 1 runs with `DEBUG = True`: a developer's `.env` came along with the code. Look who wins in the
    row `DEBUG`, add one line where it beats `.env`, and deploy.
    """
    return (
        trace["url_name"] == "settings"
        and "DEBUG=False" in _header(trace, "x-running")
        and _places(trace, "DEBUG")[:2] == ["environment", ".env"]
    )


def file_beats_all(trace: dict, earlier: list[dict]) -> bool:
    """Let a secret file win over the environment and over .env.

    `SECRET_KEY` is in both. Write a third one into `/run/secrets/secret_key`, and tell the settings where
    it lies, as it is done for `PAYMENT_KEY`. *Only look* shows who wins. Deploy it, and all customers are
    signed out: it is another key.
    """
    places = _places(trace, "SECRET_KEY")
    return (
        len(places) == 3 and places[0].startswith("/run/secrets/") and places[1:] == ["environment", ".env"]
    )


def does_not_start(trace: dict, earlier: list[dict]) -> bool:
    """Deploy with something missing, and be refused by name.

    Take a variable away that has no default, in all its places. The error names it, and the release before
    goes on.
    """
    return (
        trace["url_name"] == "settings"
        and trace["response"]["status"] == 422
        and "deploy" in (trace["request"]["form"] or {})
    )


def hook_refuses(trace: dict, earlier: list[dict]) -> bool:
    """Have a commit refused by the hook.

    *Commits*: write a password into `settings.py`; below the form are lines that people write. Which of
    those does the scanner not know, and which one does it suspect for nothing?
    """
    return (
        trace["url_name"] == "commits"
        and trace["request"]["method"] == "POST"
        and trace["response"]["status"] == 422
    )


def gone_and_still_there(trace: dict, earlier: list[dict]) -> bool:
    """Commit a secret without the hook, take it out again, and find it all the same.

    Two commits. Afterwards the files are clean, and the history is not. What helps now is a new secret.
    """
    counts = dict(part.split("=") for part in _header(trace, "x-findings").split("; ") if "=" in part)
    return counts.get("tree") == "0" and counts.get("history", "0") != "0"


def stay_signed_in(trace: dict, earlier: list[dict]) -> bool:
    """Change SECRET_KEY, and stay signed in.

    *SECRET_KEY*: sign in as dora, then a new key with the old one as a fallback. In the X-ray of the next
    page the request brings the old cookie, and the answer a new one.
    """
    you = _header(trace, "x-you")
    return (
        trace["url_name"] == "keys"
        and you.startswith("dora by key ")
        and not you.endswith(" 0")
        and any(cookie["name"] == "bakery_session" for cookie in trace["cookies"])
    )


def dropped_too_early(trace: dict, earlier: list[dict]) -> bool:
    """Take the fallback away when one customer has come by, and another has not yet.

    Has an earlier release with another key signed them out? Let them sign in again first. Then a new key
    with the old one as a fallback: let ada come by and not cy, and take the fallbacks away. Who is signed
    out, and what became of ada's two links?
    """
    last = max((n for n, seen in enumerate(earlier) if seen["url_name"] == "rotate"), default=None)
    if (
        trace["url_name"] != "keys"
        or last is None
        or (earlier[last]["request"]["form"] or {}).get("way") != ["drop"]
    ):
        return False
    if any(seen["url_name"] == "sign_in_again" for seen in earlier[last:]):
        return False
    pages = [seen for seen in earlier[:last] if seen["url_name"] == "keys"]
    before, after = (_signed_out(page) for page in (pages[-1] if pages else trace, trace))
    return bool(after - before) and len(after) < 3


def _header(trace: dict, name: str) -> str:
    return dict(trace["response"]["headers"]).get(name, "")


def _signed_out(trace: dict) -> set[str]:
    return set(_header(trace, "x-signed-out").split(", ")) - {"nobody"}


def _places(trace: dict, variable: str) -> list[str]:
    for part in _header(trace, "x-came-from").split("; "):
        name, _, places = part.partition(": ")
        if name == variable:
            return places.split(" > ")
    return []
