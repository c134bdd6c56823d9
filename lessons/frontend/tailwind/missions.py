"""What to make happen at Saddle Huts. The format is in docs/architecture.md."""

import json
import re
from urllib.parse import parse_qs

BREAKPOINT = re.compile(r"(^|:)((max-)?(sm|md|lg|xl|2xl)|(min|max)-\[[^\]]+\]|@[a-z0-9]+):")


def two_columns(trace: dict, earlier: list[dict]) -> bool:
    """Give the list of huts two columns, but not on a phone.

    On *Workbench*, open *List of huts*. What has no variant holds at every width; `md:` before a class
    makes it wait for 768 px. All three frames show the same HTML and the same CSS.
    """
    return _is_build(trace, "list") and any(
        BREAKPOINT.search(name) and re.search(r":(grid-cols|columns|flex|w-|basis)", name)
        for name in _made(trace)
    )


def dark_half(trace: dict, earlier: list[dict]) -> bool:
    """Give the notice colours of its own in the dark.

    Open *Notice* and choose *Dark*. Pale amber on a dark page is glaring: give it a background and a
    text colour of its own under `dark:`. Both, or you get dark text on a dark ground.
    """
    return (
        _is_build(trace, "notice")
        and trace["request"]["form"].get("scheme") == ["dark"]
        and all(any(re.match(rf"dark:{kind}-", name) for name in _made(trace)) for kind in ("bg", "text"))
    )


def becomes_nothing(trace: dict, earlier: list[dict]) -> bool:
    """Write a class that becomes nothing, and look for the complaint.

    Misspell one (`text-slat-600`), or invent one (`p-4px`). The element keeps it, the style sheet lacks it,
    and the build succeeds. The header `Tailwind-Nothing` of this demo is more than you will get at work.
    """
    return _is_build(trace) and trace["response"]["status"] == 200 and bool(_names(trace, "tailwind-nothing"))


def own_token(trace: dict, earlier: list[dict]) -> bool:
    """Name a colour of your own, and use it.

    In *The entry*, write another `--color-…` into `@theme`. From then on `bg-…`, `text-…` and `border-…` of
    that name exist. The colour is a variable in `@layer theme`, as soon as somebody uses it.
    """
    css = " ".join(trace["request"]["form"].get("css", [])) if _is_build(trace) else ""
    tokens = set(re.findall(r"--color-([a-z][\w-]*)\s*:", css)) - {"spruce"}
    return any(re.search(rf"-{token}(/|!|$)", name) for token in tokens for name in _made(trace))


def glued(trace: dict, earlier: list[dict]) -> bool:
    """See badges without a colour, and get it to them with the template as it is.

    On *Detection*: the template writes `bg-{{ hut.colour }}-100`, and no file has the name that comes of it.
    Name what may come, in *@source inline*: a background and a text colour, for three colours. Braces save
    typing.
    """
    return (
        _is_detection(trace, "glued")
        and not _names(trace, "tailwind-nothing")
        and any(_is_detection(seen, "glued") and _names(seen, "tailwind-nothing") for seen in earlier)
    )


def any_colour(trace: dict, earlier: list[dict]) -> bool:
    """Let a row have any colour at all, without a new build.

    Paint a hut in a hue of your choice, 0 to 360. Then render the badge by *one name, and a number in a
    CSS variable*: the class is always the same, and the row's number travels in `style`.
    """
    return (
        _is_detection(trace, "variable")
        and not _names(trace, "tailwind-nothing")
        and any(seen["url_name"] == "paint" and _wrote(seen) for seen in earlier)
    )


def _names(trace: dict, header: str) -> list[str]:
    return json.loads(dict(trace["response"]["headers"]).get(header, "[]"))


def _made(trace: dict) -> list[str]:
    return _names(trace, "tailwind-made")


def _is_build(trace: dict, component: str = "") -> bool:
    return (
        trace["url_name"] == "workbench"
        and trace["request"]["method"] == "POST"
        and trace["request"]["path"].endswith(f"{component}/")
    )


def _is_detection(trace: dict, template: str) -> bool:
    if trace["url_name"] != "detection" or trace["response"]["status"] != 200:
        return False
    return parse_qs(trace["request"]["query"]).get("template", ["glued"]) == [template]


def _wrote(trace: dict) -> bool:
    return any(query["sql"].startswith('UPDATE "tailwind_hut"') for query in trace["queries"])
