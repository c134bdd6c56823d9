"""{% tailwind_css %}: what the build makes of this project, written into the page."""

import functools
from pathlib import Path

from django import template
from django.utils.safestring import mark_safe

from tailwind.compiler import compile_css

register = template.Library()


@functools.lru_cache(maxsize=1)
def built():
    project = Path(__file__).parents[2]
    paths = [path for path in project.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return compile_css({path.relative_to(project).as_posix(): path.read_text() for path in paths})


@register.simple_tag
def tailwind_css():
    """At work this is a file that was built before the deployment, and a <link> to it."""
    return mark_safe("<style>" + built().replace("</", "<\\/") + "</style>")
