"""What to make happen at the Harbour Office. The format is in docs/architecture.md."""

REFUSALS = ("expired", "not yet valid", "Hostname mismatch", "self-signed", "local issuer")


def read_along(trace: dict, earlier: list[dict]) -> bool:
    """Listen to a password in the clear, then to the same password with TLS.

    *Handshake*, certificate *none: plain HTTP*. What the listener has is the request, line by line. Then
    make an authority and a certificate in the *Workshop*, and shake hands with it: the same request, the
    same listener. Which word can still be read?
    """
    return bool(_said(trace, "Shaken")) and any(_said(seen, "Sent in the clear") for seen in earlier)


def three_refusals(trace: dict, earlier: list[dict]) -> bool:
    """Be refused by your own client, for three different reasons.

    Make certificates that should not work: one that is over, one for another name, one that signs itself.
    Or take a good one, and let the server send it without the intermediate. Compare the client's log with
    the server's: the one who looks after the server often sees the second only.
    """
    reasons = {
        reason
        for seen in (*earlier, trace)
        for reason in REFUSALS
        if reason in _said(seen, "Refused: certificate verify failed")
    }
    return bool(_said(trace, "Refused")) and len(reasons) >= 3


def nothing_in_common(trace: dict, earlier: list[dict]) -> bool:
    """Bring together a server and a client that share no version of TLS.

    The server speaks 1.3 only, the client up to 1.2. Two records cross the wire, and the second is an
    alert. Who refuses whom, and what do the two logs say?
    """
    return "protocol version" in _said(trace, "Refused")


def around_and_around(trace: dict, earlier: list[dict]) -> bool:
    """Make a redirect loop, and open it.

    *Settings*: tick `SECURE_SSL_REDIRECT` and nothing else. *Check and try*: HTTPS is redirected to
    HTTPS, for ever. Which header has the proxy sent, and which setting makes Django read it? Tick that one
    as well, and try again: the loop is open.
    """
    return (
        _tried(trace)
        and not _said(trace, "Redirect loop")
        and "on" in (trace["request"]["form"] or {}).get("ssl_redirect", [])
        and any(_said(seen, "Redirect loop") for seen in earlier)
    )


def fooled(trace: dict, earlier: list[dict]) -> bool:
    """Let a plain request pass for a secure one.

    With `SECURE_PROXY_SSL_HEADER` set, tick the last switch: a proxy that hands on what the client wrote.
    Look at the third request: `is_secure()` is what the header says. What would the proxy have to do?
    """
    return bool(_said(trace, "Fooled"))


def nothing_to_say(trace: dict, earlier: list[dict]) -> bool:
    """Bring check --deploy to silence, on a site that answers.

    Before you tick the preload list, read in the text what it binds you to. Then look at the two visits
    at the bottom: what is still sent in the clear, and on which day?
    """
    return (
        _said(trace, "check --deploy") == "check --deploy: no issues."
        and not _said(trace, "Redirect loop")
        and not _said(trace, "Fooled")
    )


def _tried(trace: dict) -> bool:
    return bool(_said(trace, "check --deploy"))


def _said(trace: dict, begin: str) -> str:
    return next((said["text"] for said in trace["messages"] if said["text"].startswith(begin)), "")
