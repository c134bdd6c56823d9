from datetime import date

from django.db import transaction
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from sheets.models import Entry, Project, Sheet


def clock(minutes):
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:0>2}"


class Week(serializers.CharField):
    def to_internal_value(self, data):
        if not isinstance(data, str) or len(data) != 8 or data[4:6] != "-W":
            raise ValidationError("No week.")
        try:
            return date.fromisoformat(data)
        except ValueError:
            raise ValidationError("No week.") from None

    def to_representation(self, value):
        return "{0.year}-W{0.week:02d}".format(value.isocalendar())


class Clock(serializers.RegexField):
    def __init__(self, **options):
        super().__init__(r"^[0-9]{1,2}:[0-5][0-9]$", **options)

    def to_internal_value(self, data):
        if not isinstance(data, str):
            raise ValidationError("Text, please.")
        return data

    def run_validation(self, data=serializers.empty):
        hours, minutes = super().run_validation(data).split(":")
        total = int(hours) * 60 + int(minutes)
        if total == 0:
            raise ValidationError("Nothing?")
        return total

    def to_representation(self, value):
        return clock(value)


class EntrySerializer(serializers.Serializer):
    id = serializers.IntegerField(required=False, min_value=1)
    project = serializers.SlugRelatedField("code", queryset=Project.objects)
    time = Clock(source="minutes")
    text = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class SheetSerializer(serializers.ModelSerializer):
    employee = serializers.SlugRelatedField("name", read_only=True)
    week = Week(source="monday")
    total = serializers.SerializerMethodField("total_of")
    entries = EntrySerializer(many=True, min_length=1)

    class Meta:
        model = Sheet
        fields = ("id", "employee", "week", "approved", "total", "entries")
        extra_kwargs = {"approved": {"read_only": True}}

    def total_of(self, sheet):
        return clock(sum(row.minutes for row in sheet.entries.all()))

    def validate(self, attrs):
        if "monday" in attrs:
            same = self.context["employee"].sheets.filter(monday=attrs["monday"])
            if same.exclude(pk=getattr(self.instance, "pk", None)).exists():
                raise ValidationError({"week": "Taken."})
        own = set(self.instance.entries.values_list("pk", flat=True)) if self.instance else set()
        wrong = [
            {} if row.get("id") in {None, *own} else {"id": ["Whose?"]} for row in attrs.get("entries", [])
        ]
        if any(wrong):
            raise ValidationError({"entries": wrong})
        return attrs

    def save(self, **kwargs):
        with transaction.atomic():
            return super().save(**kwargs)

    def create(self, data):
        rows = data.pop("entries")
        sheet = Sheet.objects.create(**data)
        Entry.objects.bulk_create([Entry(sheet=sheet, **{**row, "id": None}) for row in rows])
        return sheet

    def update(self, sheet, data):
        rows = data.pop("entries", None)
        sheet = super().update(sheet, data)
        if rows is not None:
            sheet.entries.exclude(pk__in=[row["id"] for row in rows if row.get("id")]).delete()
            for row in rows:
                Entry(sheet=sheet, **row).save()
        return sheet
