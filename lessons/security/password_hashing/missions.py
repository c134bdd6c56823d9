"""What to make happen in the Rowing Club. The format is in docs/architecture.md."""

FAST = {"unsalted_md5", "md5"}
SALTED = {"md5", "argon2", "pbkdf2_sha256", "bcrypt_sha256", "scrypt"}


def measure(trace: dict, earlier: list[dict]) -> bool:
    """Measure what one guess costs on this machine.

    On *Cost*, press *Measure now*. The times are taken in that very request: find its milliseconds in the
    X-ray, and see which bars they went into. The scale is logarithmic; each line is ten times the one before.
    """
    return _posted(trace, "measure") and any("password_hashing_measurement" in sql for sql in _writes(trace))


def same_and_not_the_same(trace: dict, earlier: list[dict]) -> bool:
    """Hash the same password twice, bare and salted.

    On *Anatomy*, take **MD5, bare** first and any other method then. Which part of the second hash makes
    the two lines differ, and where would a sign-in find it again?
    """
    seen = {_first(each, "method") for each in (*earlier, trace) if _posted(each, "anatomy", 200)}
    return _posted(trace, "anatomy", 200) and "unsalted_md5" in seen and bool(seen & SALTED)


def table_falls(trace: dict, earlier: list[dict]) -> bool:
    """Win: find two members' passwords in the bare MD5 table.

    On *Raid*, guess at **MD5, bare**. How many guesses did two passwords take? In the X-ray, two `UPDATE`s
    write down what was found.
    """
    return _method(trace) == "unsalted_md5" and len(_found(trace)) >= 2


def slow_table_holds(trace: dict, earlier: list[dict]) -> bool:
    """Lose: raid the same passwords behind a slow hash, until you see how long it would take.

    After the bare table has fallen, guess three times at **PBKDF2**, **Argon2id**, **bcrypt** or
    **scrypt**. Same people, same passwords, same list. Read how long the rest of the list would take.
    """
    raids = [each for each in (*earlier, trace) if _method(each) == _method(trace)]
    return (
        _method(trace) is not None
        and _method(trace) not in FAST
        and len(raids) >= 3
        and not any(_found(each) for each in raids)
        and any(_method(each) == "unsalted_md5" and _found(each) for each in earlier)
    )


def rehash_at_login(trace: dict, earlier: list[dict]) -> bool:
    """Sign in, and have a better hash than before.

    On *Members*, sign in as **cora**: her row has the 600,000 rounds of Django 4.2. In the X-ray of the
    `POST` there is an `UPDATE` of her password, although nobody changed it. Sign in once more: no `UPDATE`.
    """
    return _posted(trace, "sign_in") and _rehashed(trace)


def refused_alike(trace: dict, earlier: list[dict]) -> bool:
    """Be refused as dora, who has no password, and as somebody who does not exist.

    Try **dora** with any password, then **zoe**. Compare the milliseconds in the journal. What takes
    the time for a row that can't match anything, and for a row that is not there?
    """
    refused = {_first(each, "name") for each in (*earlier, trace) if _refused(each)}
    return _refused(trace) and "dora" in refused and bool(refused - {"ada", "ben", "cora", "dora", "edith"})


def wrapped_then_plain(trace: dict, earlier: list[dict]) -> bool:
    """Wrap the MD5 rows, then sign in with one of them.

    *Wrap the bare rows* runs PBKDF2 over the stored MD5, without any password. Sign in as **ada** or
    **ben** then: the first success replaces the wrapped hash by a plain one. Has no row a bare MD5 any
    more, since both have signed in before? *Reset* brings them back.
    """
    wraps = [number for number, each in enumerate(earlier) if _wrapped(each)]
    name = _first(trace, "name")
    return (
        bool(wraps)
        and name in ("ada", "ben")
        and _posted(trace, "sign_in")
        and _rehashed(trace)
        and not any(_rehashed(each) and _first(each, "name") == name for each in earlier[wraps[-1] :])
    )


def _posted(trace: dict, url_name: str, status: int = 302) -> bool:
    return (
        trace["url_name"] == url_name
        and trace["request"]["method"] == "POST"
        and trace["response"]["status"] == status
    )


def _first(trace: dict, field: str) -> str:
    return ((trace["request"]["form"] or {}).get(field) or [""])[0]


def _writes(trace: dict) -> list[str]:
    return [query["sql"] for query in trace["queries"] if query["sql"].startswith(("INSERT", "UPDATE"))]


def _method(trace: dict) -> str | None:
    """Which method this request guessed at; None for other requests and for one that was turned away."""
    if trace["url_name"] != "guess" or trace["response"]["status"] not in (200, 302):
        return None
    if not any("password_hashing_raid" in sql for sql in _writes(trace)):
        return None
    return trace["request"]["path"].rstrip("/").split("/")[-2]


def _found(trace: dict) -> list[str]:
    return [sql for sql in _writes(trace) if 'UPDATE "password_hashing_leakedrow"' in sql]


def _rehashed(trace: dict) -> bool:
    return trace["url_name"] == "sign_in" and any(
        'UPDATE "password_hashing_member"' in sql for sql in _writes(trace)
    )


def _refused(trace: dict) -> bool:
    return _posted(trace, "sign_in") and any(each["level"] == "error" for each in trace["messages"])


def _wrapped(trace: dict) -> bool:
    return trace["url_name"] == "wrap" and any(
        'UPDATE "password_hashing_member"' in sql for sql in _writes(trace)
    )
