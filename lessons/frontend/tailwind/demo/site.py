"""The build of these pages themselves: their templates are the sources, assets/site.css is the entry."""

from functools import lru_cache
from pathlib import Path

from . import scan
from .build import Build, build

HERE = Path(__file__).parent
ENTRY = HERE / "assets" / "site.css"
RESULT = HERE / "static" / "tailwind" / "site.css"


# region: site
def sources() -> list[Path]:
    return sorted((HERE / "templates").rglob("*.html"))


@lru_cache(maxsize=1)
def site_build() -> Build:
    """What is served is this text, written by `manage.py build_css` and committed."""
    return build(ENTRY.read_text(), [path.read_text() for path in sources()])


# endregion: site


def by_file() -> list[tuple[str, int, int]]:
    """For each template: its name, the candidates in it, and those of them that became CSS."""
    made = {candidate.name for candidate in site_build().made}
    rows = []
    for path in sources():
        names = scan.names_in(path.read_text())
        rows.append((path.relative_to(HERE).as_posix(), len(names), sum(name in made for name in names)))
    return rows
