"""DRF's own page in the log's colours, and with names and landmarks where it has none."""

from rest_framework.renderers import BrowsableAPIRenderer

MENDED = {
    "<html>": '<html lang="en">',
    'class="content-main" role="main"': 'class="content-main" role="group"',
    'class="region" ': 'class="region" role="region" ',
    'class="btn btn-primary dropdown-toggle js-tooltip"': (
        'class="btn btn-primary dropdown-toggle js-tooltip" aria-label="Formats"'
    ),
}


class BrowsableLog(BrowsableAPIRenderer):
    template = "birdlog/api.html"

    def get_rendered_html_form(self, data, view, method, request):
        """Its fields have labels for the eye only. The raw form below says the same in JSON."""
        return (
            None if method in ("POST", "PUT") else super().get_rendered_html_form(data, view, method, request)
        )

    def render(self, *args, **kwargs):
        page = super().render(*args, **kwargs)
        for found, mended in MENDED.items():
            page = page.replace(found, mended)
        return page
