from django import forms

from .bursts import HAPPENINGS
from .houses import Choice
from .slow import KINDS, ROUTES

PATHS = {
    "/": "/",
    "/steep/?ms=300": "/steep/?ms=300 – takes 300 ms",
    "/steep/?ms=6000": "/steep/?ms=6000 – takes six seconds",
    "/static/cup.svg": "/static/cup.svg – a file",
    "/by-django/cup.svg": "/by-django/cup.svg – the same file",
    "/nowhere/": "/nowhere/",
}


class OpenForm(forms.Form):
    worker_class = forms.ChoiceField(
        label="worker_class",
        choices=[("sync", "sync: one request a worker"), ("gthread", "gthread: four threads a worker")],
    )
    workers = forms.TypedChoiceField(
        label="workers", coerce=int, choices=[(1, "1"), (2, "2"), (3, "3")], initial=2
    )
    max_requests = forms.TypedChoiceField(
        label="max_requests", coerce=int, choices=[(0, "0: workers live on"), (20, "20")]
    )
    timeout = forms.TypedChoiceField(
        label="timeout", coerce=int, choices=[(30, "30 s, the default"), (3, "3 s")]
    )

    def choice(self) -> Choice:
        return Choice(**self.cleaned_data)


class LookForm(forms.Form):
    to = forms.ChoiceField(
        label="Knock at", choices=[("front", "nginx"), ("gunicorn", "Gunicorn, past nginx")]
    )
    path = forms.ChoiceField(label="Ask for", choices=list(PATHS.items()))


class BurstForm(forms.Form):
    happening = forms.ChoiceField(
        label="In the middle of it", choices=list(HAPPENINGS.items()), initial="hup"
    )


class SlowForm(forms.Form):
    route = forms.ChoiceField(label="Through", choices=list(ROUTES.items()), initial="direct")
    kind = forms.ChoiceField(label="Each slow client", choices=list(KINDS.items()))
