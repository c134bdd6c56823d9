"""Files of a project, as the API takes and gives them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": "string", "nullable": True},
        "example": {"shop/views.py": "from django.http import HttpResponse\n"},
    }
)
class Files(serializers.DictField):
    """A mapping of relative POSIX path to text, or to null for a file that was removed."""

    def __init__(self, **options: Any) -> None:
        text = serializers.CharField(allow_null=True, allow_blank=True, trim_whitespace=False)
        super().__init__(child=text, **options)
