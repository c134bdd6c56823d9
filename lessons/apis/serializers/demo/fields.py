import re
from decimal import Decimal
from fractions import Fraction

from rest_framework import serializers

MIXED = re.compile(r"(?:(\d{1,4})\s+)?(\d{1,2})/(\d{1,2})")


class KitchenAmount(serializers.DecimalField):
    """A decimal that is also read, and always written, as a cook would: "1 1/2"."""

    default_error_messages = {"no_part": "A fraction needs a bottom other than 0."}

    def to_internal_value(self, data):
        if isinstance(data, str) and (found := MIXED.fullmatch(data.strip())):
            whole, top, bottom = (int(part or 0) for part in found.groups())
            if not bottom:
                self.fail("no_part")
            data = round(Decimal(whole) + Decimal(top) / bottom, self.decimal_places)
        return super().to_internal_value(data)

    def to_representation(self, value):
        whole, part = divmod(Fraction(value), 1)
        if not part:
            return str(whole)
        if part.denominator > 4:
            return super().to_representation(value)
        return f"{whole} {part}" if whole else str(part)
