"""What to make happen at Copperpot Savings. The format is in docs/architecture.md."""


def coins_gone(trace: dict, earlier: list[dict]) -> bool:
    """Lose coins to a form on another site.

    1. Sign in as **ada**, password `copper-kettle`.
    2. *Defences*: leave the views exempt, set `SameSite` to *None*, and save.
    3. *Account*: open the letter's link. On the kittens' page choose *A form*, and take the kitten home.

    In the X-ray of `POST transfer/`: which header says where the form stood, and which one says who pays?
    """
    return trace["url_name"] == "transfer" and _is_foreign(trace) and _moves(trace)


def lax_is_not_enough(trace: dict, earlier: list[dict]) -> bool:
    """With Lax, the other site's form arrives without you, and its link arrives with you.

    *Defences*: `SameSite` *Lax*, the views still exempt, payment links pay at once. Then let both come: *A
    form*, and *A link*. Compare their headers `cookie` in the X-ray. Both came from the same page, and the
    middleware was asked about neither.
    """
    return (
        trace["url_name"] == "pay"
        and _is_foreign(trace)
        and _moves(trace)
        and any(
            seen["url_name"] == "transfer"
            and seen["request"]["method"] == "POST"
            and _is_foreign(seen)
            and "sessionid" not in seen["request"]["cookies"]
            for seen in earlier
        )
    )


def origin_refused(trace: dict, earlier: list[dict]) -> bool:
    """Have a form refused for its origin, although it brought your session.

    *Defences*: the views protected, `SameSite` *None*, so that only Django stands in the way. Send *A form*.
    The page says why, and so does the answer's header `X-Refused`. Then try *A form that hides its origin*.
    """
    return _refusal(trace).startswith("Origin checking failed") and "sessionid" in trace["request"]["cookies"]


def token_refused(trace: dict, earlier: list[dict]) -> bool:
    """Trust the other site, and be saved by the token all the same: once missing, once wrong.

    *Defences*: protected, `SameSite` *None*, and the kittens' origin trusted. Send *A form*, then *A form
    with a token*. The second one has 64 characters of the right alphabet. What would it have needed to know?
    """
    reasons = {_refusal(seen) for seen in (*earlier, trace)}
    return (
        bool(_refusal(trace))
        and "CSRF token missing." in reasons
        and "CSRF token from POST incorrect." in reasons
    )


def answer_withheld(trace: dict, earlier: list[dict]) -> bool:
    """Let the other site's script ask for your page, and see that it can't read it.

    On the kittens' page choose *Read the token first*. The request arrives, and Django answers 200. The
    X-ray shows an `origin` in the request. Which header would the answer need, for the script to get it?
    """
    return (
        trace["url_name"] == "home"
        and _is_foreign(trace)
        and bool(_header(trace, "origin"))
        and trace["response"]["status"] == 200
    )


def strict_forgets(trace: dict, earlier: list[dict]) -> bool:
    """Pay the price of Strict: follow an honest link to your bank, and find yourself signed out.

    *Defences*: `SameSite` *Strict*. Be signed in. At the bottom of the kittens' page follow the link to the
    bank. You are a stranger there. Press *Ask again from here*: the same browser, a second later, is ada's.
    """
    return (
        trace["url_name"] == "home"
        and not _is_foreign(trace)
        and trace["user"]["before"] is not None
        and bool(earlier)
        and any(
            seen["url_name"] == "home" and _is_foreign(seen) and not _header(seen, "origin") and _lost(seen)
            for seen in earlier[-4:]
        )
    )


def shut_and_open(trace: dict, earlier: list[dict]) -> bool:
    """Shut it: form, JSON and link come from the other site and move nothing; your own transfer still works.

    Choose the defences yourself, and save. Then, with no change in between, let three attacks come: *A form*,
    *A form that speaks JSON*, *A link*. At last send coins from your own *Account* page.
    """
    since: list[dict] = []
    for seen in earlier:
        if seen["url_name"] == "defences" and seen["request"]["method"] == "POST":
            since = []
        elif seen["url_name"] in ("transfer", "api_transfer", "pay") and _is_foreign(seen):
            since.append(seen)
    return (
        trace["url_name"] == "transfer"
        and not _is_foreign(trace)
        and _moves(trace)
        and {seen["url_name"] for seen in since} == {"transfer", "api_transfer", "pay"}
        and not any(_moves(seen) for seen in since)
    )


def _header(trace: dict, wanted: str) -> str:
    return next((value for name, value in trace["request"]["headers"] if name == wanted), "")


def _is_foreign(trace: dict) -> bool:
    """Whether another site made the browser send it. Browsers older than Sec-Fetch-Site say it by Origin."""
    site, origin = _header(trace, "sec-fetch-site"), _header(trace, "origin")
    if site:
        return site == "cross-site"
    return bool(origin) and origin.partition("://")[2] != _header(trace, "host")


def _moves(trace: dict) -> bool:
    return any(query["sql"].startswith('INSERT INTO "csrf_transfer"') for query in trace["queries"])


def _refusal(trace: dict) -> str:
    return next((value for name, value in trace["response"]["headers"] if name == "x-refused"), "")


def _lost(trace: dict) -> bool:
    return trace["user"]["before"] is None and "sessionid" not in trace["request"]["cookies"]
