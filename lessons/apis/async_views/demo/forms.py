from django import forms

from .models import Buoy

DELAYS = [50, 90, 150, 180, 230, 260, 320, 410, 480, 1_000, 2_000]


class DelayForm(forms.ModelForm):
    delay_ms = forms.TypedChoiceField(
        label="Answers after", coerce=int, choices=[(ms, f"{ms:,} ms") for ms in DELAYS]
    )

    class Meta:
        model = Buoy
        fields = ["delay_ms"]


class GroupForm(forms.Form):
    how = forms.ChoiceField(
        label="Start them by",
        choices=[
            ("gather", "asyncio.gather(*questions)"),
            ("all", "gather(…, return_exceptions=True)"),
            ("group", "asyncio.TaskGroup()"),
        ],
    )
    fault = forms.ChoiceField(
        label="Skerry",
        choices=[("down", "answers 503"), ("silent", "never answers"), ("", "is well")],
        initial="down",
        required=False,
    )
    deadline = forms.TypedChoiceField(
        label="asyncio.timeout()",
        choices=[("", "none"), ("0.35", "0.35 s for all together")],
        coerce=float,
        empty_value=None,
        required=False,
    )


class LoopForm(forms.Form):
    how = forms.ChoiceField(
        label="The slow view waits by",
        choices=[
            ("sleep", "time.sleep(0.6)"),
            ("await", "await asyncio.sleep(0.6)"),
            ("thread", "await asyncio.to_thread(time.sleep, 0.6)"),
            ("cpu", "computing for 0.6 s"),
        ],
    )
