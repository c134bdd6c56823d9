from django import forms

from .filters import SightingFilter
from .matrix import AUTHENTICATION, PERMISSIONS, label


class QueryForm(forms.Form):
    """The filter's own fields, and what the other backends and the paginator read beside them."""

    search = forms.CharField(required=False)
    ordering = forms.ChoiceField(
        required=False,
        choices=[("", "as the view has it")]
        + [(name, name) for name in ("seen_at", "-seen_at", "count", "-count")],
    )
    page = forms.IntegerField(required=False, min_value=1)
    page_size = forms.IntegerField(required=False, min_value=1)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields = SightingFilter().form.fields | self.fields
        for name, field in self.fields.items():
            field.label = name  # as it stands in the address


class MatrixForm(forms.Form):
    permissions = forms.ChoiceField(
        label="permission_classes", choices=[(key, label(classes)) for key, classes in PERMISSIONS.items()]
    )
    authentication = forms.ChoiceField(
        label="authentication_classes", choices=[(key, label(found)) for key, found in AUTHENTICATION.items()]
    )
