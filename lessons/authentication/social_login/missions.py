"""What to make happen on the lantern walks. The format is in docs/architecture.md."""

CALLBACK = "openid_connect_callback"


def signed_in(trace: dict, earlier: list[dict]) -> bool:
    """Sign in with a provider, and find the requests that your browser never made.

    *Continue with Google*, choose Grace, *Allow*. The X-ray has a POST to `token/` and a GET of `userinfo/`
    without a single cookie: the site itself sent them, while your browser waited for its callback.
    """
    return _is_answered(trace) and trace["user"]["before"] is None and trace["user"]["after"] is not None


def connected(trace: dict, earlier: list[dict]) -> bool:
    """Connect a second provider to your account.

    Stay signed in, *Connections*, *Connect with GitHub*. The callback ends with an `INSERT INTO
    socialaccount_socialaccount`, and your session goes on. *Mail* has what you are told of it.
    """
    same = trace["user"]["before"] is not None and trace["user"]["before"] == trace["user"]["after"]
    return _is_answered(trace) and same and _has_sql(trace, 'INSERT INTO "socialaccount_socialaccount"')


def denied(trace: dict, earlier: list[dict]) -> bool:
    """Say no at the provider, and see what it tells the site about you.

    Begin, and *Deny*. You are sent back all the same. Read the query of the callback.
    """
    return trace["url_name"] == CALLBACK and "error=access_denied" in trace["request"]["query"]


def wrong_state(trace: dict, earlier: list[dict]) -> bool:
    """Change the state on its way back, and find out what the site did not do.

    *Policy*, *Stop at each redirect*. Sign in; on the way back, change one letter of `state`. In the X-ray
    the callback is a 401, and there is no POST to `token/` before it: the code was never looked at.
    """
    return _is_refused(trace) and not _inside(trace, earlier, "token")


def code_twice(trace: dict, earlier: list[dict]) -> bool:
    """Have one code redeemed twice.

    *Hops*, a sign-in that worked, *Redeem this code once more*. Secret, verifier and address are all right.
    Read the answer that was 200 the first time.
    """
    if trace["url_name"] != "token" or trace["response"]["status"] != 400:
        return False
    code = _form(trace, "code")
    return code is not None and any(
        seen["url_name"] == "token" and seen["response"]["status"] == 200 and _form(seen, "code") == code
        for seen in earlier
    )


def wrong_nonce(trace: dict, earlier: list[dict]) -> bool:
    """Get a good code, a good token, and be refused because of the nonce.

    Stop at each redirect, and change `nonce` on the way *to* the provider; send the rest on as it is. State
    and verifier are right, `token/` answers 200, and the site says no.
    """
    redeemed = [seen for seen in _inside(trace, earlier, "token") if seen["response"]["status"] == 200]
    return _is_refused(trace) and bool(redeemed)


def taken_over(trace: dict, earlier: list[dict]) -> bool:
    """Take over ada’s account with an address that nobody checked.

    Mallory at Facebook has typed in `ada@analytical.example`. Sign out here, try with Mallory, and get stuck
    at the sign-up form. Then switch on both lines about addresses under *Policy*, and try again.
    """
    if not (_is_answered(trace) and "/facebook-stand-in/" in trace["request"]["path"]):
        return False
    is_ada = trace["user"]["before"] is None and trace["user"]["after"] == "ada"
    by_herself = any(
        seen["url_name"] == CALLBACK
        and "/facebook-stand-in/" in seen["request"]["path"]
        and seen["user"]["before"] == "ada"
        for seen in earlier
    )
    return is_ada and not by_herself


def _is_answered(trace: dict) -> bool:
    return trace["url_name"] == CALLBACK and trace["response"]["status"] == 302


def _is_refused(trace: dict) -> bool:
    query = "&" + trace["request"]["query"]
    return (
        trace["url_name"] == CALLBACK
        and trace["response"]["status"] == 401
        and "&code=" in query
        and "&state=" in query
    )


def _inside(trace: dict, earlier: list[dict], name: str) -> list[dict]:
    """Requests that the site made while it answered this one."""
    return [seen for seen in earlier if seen["url_name"] == name and seen["at"] >= trace["at"]]


def _has_sql(trace: dict, start: str) -> bool:
    return any(query["sql"].startswith(start) for query in trace["queries"])


def _form(trace: dict, name: str) -> str | None:
    values = (trace["request"]["form"] or {}).get(name) or [None]
    return values[0]
