"""{% tailwind_css %}: what the build makes of this project, written into the page.

On your own machine, build it yourself: npx @tailwindcss/cli -i assets/app.css -o APP/static/app.css
"""

import functools
from pathlib import Path

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import mark_safe

try:
    from tailwind.compiler import compile_css
except ImportError:
    # In a copy that was downloaded: the course's own build has stayed behind.
    compile_css = None

register = template.Library()


@functools.lru_cache(maxsize=1)
def built():
    project = Path(__file__).parents[2]
    paths = [path for path in project.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return compile_css({path.relative_to(project).as_posix(): path.read_text() for path in paths})


@register.simple_tag
def tailwind_css():
    if compile_css is None:
        return format_html('<link rel="stylesheet" href="{}">', static("app.css"))
    return mark_safe("<style>" + built().replace("</", "<\\/") + "</style>")
