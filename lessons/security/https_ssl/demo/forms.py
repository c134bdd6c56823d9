import ssl

from django import forms

from .certificates import KEYS, NAMES, PERIODS
from .models import Certificate, Rollout

HOSTS = ["harbour.example", "www.harbour.example", "pilot.harbour.example", "a.pilot.harbour.example"]
TRUST = [
    ("mine", "my root"),
    ("others", "another authority’s root, as every client has many"),
    ("anybody", "anybody: verify=False"),
]
NEWEST = [("1.3", "up to TLS 1.3"), ("1.2", "up to TLS 1.2, an old one")]
OLDEST = [("1.2", "TLS 1.2 and 1.3"), ("1.3", "TLS 1.3 only")]
CHAINS = [("full", "certificate and intermediate"), ("leaf", "the certificate only")]
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class AuthorityForm(forms.Form):
    name = forms.CharField(label="Name", max_length=40, initial="Gull Rock")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not name.isprintable():
            raise forms.ValidationError("Letters, digits and signs only: it becomes part of a certificate.")
        return name


class CertificateForm(forms.Form):
    names = forms.ChoiceField(label="For", choices=[(slug, words) for slug, (words, _) in NAMES.items()])
    period = forms.ChoiceField(label="Valid", choices=[(slug, p[0]) for slug, p in PERIODS.items()])
    key = forms.ChoiceField(label="Key", choices=list(KEYS.items()))
    issuer = forms.ChoiceField(
        label="Signed by", choices=[("authority", "my authority"), ("itself", "itself (self-signed)")]
    )

    def label_text(self) -> str:
        """For the list in which it is chosen again."""
        chosen = self.cleaned_data
        signed = " self-signed," if chosen["issuer"] == "itself" else ""
        return f"{NAMES[chosen['names']][0]},{signed} {PERIODS[chosen['period']][0]}, {KEYS[chosen['key']]}"


class HandshakeForm(forms.Form):
    certificate = forms.ModelChoiceField(
        Certificate.objects.order_by("-pk"),
        label="Certificate",
        empty_label="none: plain HTTP",
        required=False,
    )
    chain = forms.ChoiceField(label="The server sends", choices=CHAINS)
    oldest = forms.ChoiceField(label="The server speaks", choices=OLDEST)
    host = forms.ChoiceField(label="The client asks for", choices=[(host, host) for host in HOSTS])
    trust = forms.ChoiceField(label="The client trusts", choices=TRUST)
    newest = forms.ChoiceField(label="The client speaks", choices=NEWEST)


class RolloutForm(forms.ModelForm):
    class Meta:
        model = Rollout
        exclude = ["report"]  # noqa: DJ006 - every switch there is
