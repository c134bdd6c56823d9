from django import forms

from .models import Job

PACES = [("0.3", "quick"), ("0.7", "steady"), ("1.2", "slow")]


def pace(initial: str = "0.3") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label="Pace", choices=PACES, coerce=float, initial=initial)


def frames(most: int, initial: int) -> forms.IntegerField:
    return forms.IntegerField(label="Frames", min_value=1, max_value=most, initial=initial)


class DevelopForm(forms.Form):
    frames = frames(12, 6)
    pace = pace()


class ChargeForm(forms.Form):
    card = forms.ChoiceField(label="Card", choices=[("good", "good"), ("declined", "blocked: declined")])
    trouble = forms.ChoiceField(
        label="The bank",
        required=False,
        choices=[
            ("", "answers"),
            ("busy", "is busy (nothing booked)"),
            ("lost", "books, and its answer gets lost"),
        ],
    )
    times = forms.IntegerField(label="… so many times", min_value=0, max_value=6, initial=2)
    jitter = forms.BooleanField(label="Spread the waits (jitter)", required=False)
    keyed = forms.BooleanField(label="Name an idempotency key", required=False)


class RemindForm(forms.Form):
    seconds = forms.IntegerField(label="In so many seconds", min_value=1, max_value=20, initial=5)
    how = forms.ChoiceField(
        label="Said as", choices=[("countdown", "countdown=seconds"), ("eta", "eta=a moment in UTC")]
    )
    expires = forms.IntegerField(
        label="Expires after (seconds)", min_value=1, max_value=20, required=False, help_text="Empty: never."
    )


class ChainForm(forms.Form):
    frames = frames(8, 4)
    pace = pace()


class ChordForm(forms.Form):
    frames = frames(8, 6)
    torn = forms.IntegerField(label="Torn frame", min_value=0, max_value=8, initial=0, help_text="0: none.")
    pace = pace()


class PrintForm(forms.Form):
    acks = forms.ChoiceField(
        label="The message is acknowledged",
        choices=[
            ("early", "early: before the task runs (Celery's default)"),
            ("late", "late: acks_late"),
            ("again", "late, and given back if its process dies: reject_on_worker_lost"),
        ],
        widget=forms.RadioSelect,
        initial="early",
    )
    careful = forms.BooleanField(label="Skip sheets that are printed already", required=False)
    pace = pace("0.7")


FORMS = {
    Job.Kind.DEVELOP: DevelopForm,
    Job.Kind.CHARGE: ChargeForm,
    Job.Kind.REMIND: RemindForm,
    Job.Kind.CHAIN: ChainForm,
    Job.Kind.CHORD: ChordForm,
    Job.Kind.PRINT: PrintForm,
}
