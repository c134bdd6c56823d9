"""What to make happen with the board of lost socks. The format is in docs/architecture.md."""


def first_release(trace: dict, earlier: list[dict]) -> bool:
    """Bring the board online on Heroku.

    Deploy `1f3a9c2` and read the log; mend what it complains of; deploy again. It wants a `SECRET_KEY` and
    `ALLOWED_HOSTS` among the config vars, a `web` process that finds the project's own WSGI module, and
    tables. The key in `app.json` is for review apps and the deploy button; a push does not look at it.
    *Open the app* has to answer 200.
    """
    return _asked(trace, "heroku", "GET /", "200")


def refused_by_release_phase(trace: dict, earlier: list[dict]) -> bool:
    """Have a release refused by its own migration, while the old one goes on serving.

    The board is live, and its Procfile has a `release` process that migrates. Deploy `c09e551`: it wants
    every sock once, and lane 4 has two alike. Then open the app.
    """
    refused = [
        seen
        for seen in earlier
        if _made(seen, "failed") and _header(seen, "release-commit") == "c09e551" and _on(seen, "heroku")
    ]
    return bool(refused) and _asked(trace, "heroku", "GET /", "200")


def rolled_back(trace: dict, earlier: list[dict]) -> bool:
    """Release a broken page, and take it back.

    `e41d77a` deploys well on any platform, and its page answers 500: no build and no health check has looked
    at it. See it with your own eyes. Then roll back, and see the page again.
    """
    path = trace["request"]["path"].split("/site/")[0]
    return (
        trace["url_name"] == "site"
        and _header(trace, "app-status") == "200"
        and any(seen["url_name"] == "rollback" and _made(seen, "live") for seen in earlier)
        and any(
            seen["url_name"] == "site"
            and seen["request"]["path"].startswith(path)
            and _header(seen, "app-status") == "500"
            for seen in earlier
        )
    )


def gone_after_restart(trace: dict, earlier: list[dict]) -> bool:
    """Lose a picture to a restart.

    *Report a sock* with a picture, on Heroku or Render, and open the picture. Restart, and open it again.
    The row is still there, and so is the link: only the file is gone. If the report is a 500, old code runs
    on a newer schema, as after a rollback: deploy `7be20d4` first.
    """
    asked = _header(trace, "app-asked")
    if not asked.startswith("GET /pictures/") or _header(trace, "app-status") != "404":
        return False
    seen = [
        one for one in earlier if _header(one, "app-asked") == asked and _header(one, "app-status") == "200"
    ]
    return bool(seen) and any(one["url_name"] == "restart" for one in earlier)


def healthy_blueprint(trace: dict, earlier: list[dict]) -> bool:
    """Bring the board online on Render, by its blueprint alone.

    `render.yaml` lacks a database that it can connect to, a `preDeployCommand`, static files in its build,
    and a `healthCheckPath`. Set no variable by hand; if you did, clear them.
    """
    by_hand = [seen for seen in earlier if seen["url_name"] == "config" and _on(seen, "render")]
    return (
        trace["url_name"] == "deploy"
        and _on(trace, "render")
        and _made(trace, "live")
        and not (by_hand and by_hand[-1]["request"]["form"].get("variables", [""])[0].strip())
        and any(
            'INSERT INTO "platforms_release"' in query["sql"] and '"health": "/' in query["sql"]
            for query in trace["queries"]
        )
    )


def read_only(trace: dict, earlier: list[dict]) -> bool:
    """Be refused a file on Vercel.

    Bring the board online there: variables for the project, and a `buildCommand` that migrates, for there is
    no other moment. Then report a sock with a picture, and read the last line of the log.
    """
    return (
        trace["url_name"] == "report"
        and _on(trace, "vercel")
        and _header(trace, "app-status") == "500"
        and trace["request"]["form"].get("picture") == ["on"]
        and any(_asked(seen, "vercel", "GET /", "200") for seen in earlier)
    )


def _header(trace: dict, name: str) -> str:
    return dict(trace["response"]["headers"]).get(name, "")


def _on(trace: dict, platform: str) -> bool:
    return f"/{platform}/" in trace["request"]["path"]


def _made(trace: dict, state: str) -> bool:
    return _header(trace, "release-state") == state


def _asked(trace: dict, platform: str, what: str, status: str) -> bool:
    return (
        trace["url_name"] == "site"
        and _on(trace, platform)
        and _header(trace, "app-asked") == what
        and _header(trace, "app-status") == status
    )
