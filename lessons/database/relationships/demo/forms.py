from django import forms

from .models import Band, Musician


class TrialForm(forms.Form):
    how = forms.ChoiceField(
        label="How",
        choices=[
            ("instance", "row.delete()"),
            ("queryset", "queryset.delete()"),
            ("sql", "DELETE in SQL, past Django"),
        ],
        widget=forms.RadioSelect,
        initial="instance",
    )
    keep = forms.BooleanField(label="For real: no copy, no way back", required=False)


class MemberForm(forms.Form):
    """No ModelForm: that would find a second membership before the database does."""

    band = forms.ModelChoiceField(Band.objects.order_by("pk"))
    musician = forms.ModelChoiceField(Musician.objects.order_by("pk"))
    instrument = forms.CharField(max_length=20, initial="trumpet")
    joined = forms.IntegerField(min_value=1950, max_value=2100, initial=2025)
    way = forms.ChoiceField(
        label="How",
        choices=[
            ("create", "Membership.objects.create(band=…, musician=…, instrument=…, joined=…)"),
            ("add", "band.members.add(musician, through_defaults={…})"),
            ("bare", "band.members.add(musician)"),
            ("remove", "band.members.remove(musician)"),
        ],
        widget=forms.RadioSelect,
        initial="create",
    )


class ProfileForm(forms.Form):
    stage_name = forms.CharField(max_length=40)
