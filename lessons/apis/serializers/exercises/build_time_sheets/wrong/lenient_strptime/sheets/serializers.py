import re
from datetime import datetime

from django.db import transaction
from rest_framework import serializers
from sheets.models import Entry, Project, Sheet


class WeekField(serializers.Field):
    """A Monday, as "2025-W46"."""

    default_error_messages = {"format": "A week is written like 2025-W46."}

    def to_internal_value(self, data):
        try:
            return datetime.strptime(f"{data}-1", "%G-W%V-%u").date()
        except ValueError:
            self.fail("format")

    def to_representation(self, monday):
        year, week, _ = monday.isocalendar()
        return f"{year}-W{week:02}"


class TimeField(serializers.Field):
    """Minutes, as "7:30"."""

    default_error_messages = {"format": "A time is written like 7:30.", "none": "At least a minute."}

    def to_internal_value(self, data):
        found = re.fullmatch(r"([0-9]{1,2}):([0-5][0-9])", data) if isinstance(data, str) else None
        if not found:
            self.fail("format")
        minutes = int(found[1]) * 60 + int(found[2])
        if not minutes:
            self.fail("none")
        return minutes

    def to_representation(self, minutes):
        return f"{minutes // 60}:{minutes % 60:02}"


class EntrySerializer(serializers.ModelSerializer):
    id = serializers.IntegerField(required=False)
    project = serializers.SlugRelatedField(slug_field="code", queryset=Project.objects.all())
    time = TimeField(source="minutes")

    class Meta:
        model = Entry
        fields = ["id", "project", "time", "text"]


class SheetSerializer(serializers.ModelSerializer):
    employee = serializers.CharField(source="employee.name", read_only=True)
    week = WeekField(source="monday")
    total = serializers.SerializerMethodField()
    entries = EntrySerializer(many=True, allow_empty=False)

    class Meta:
        model = Sheet
        fields = ["id", "employee", "week", "approved", "total", "entries"]
        read_only_fields = ["approved"]

    def get_total(self, sheet):
        return TimeField().to_representation(sum(entry.minutes for entry in sheet.entries.all()))

    def validate_week(self, monday):
        others = Sheet.objects.filter(employee=self.context["employee"], monday=monday)
        if self.instance:
            others = others.exclude(pk=self.instance.pk)
        if others.exists():
            raise serializers.ValidationError("There is a sheet for this week.")
        return monday

    def validate_entries(self, entries):
        known = {entry.pk for entry in self.instance.entries.all()} if self.instance else set()
        errors = {}
        for place, entry in enumerate(entries):
            if "id" in entry and entry["id"] not in known:
                errors[place] = {"id": ["This sheet has no such entry."]}
            known.discard(entry.get("id"))
        if errors:
            raise serializers.ValidationError(errors)
        return entries

    @transaction.atomic
    def create(self, validated_data):
        entries = validated_data.pop("entries")
        sheet = super().create(validated_data)
        self._write(sheet, entries)
        return sheet

    @transaction.atomic
    def update(self, sheet, validated_data):
        entries = validated_data.pop("entries", None)
        sheet = super().update(sheet, validated_data)
        if entries is not None:
            sheet.entries.exclude(pk__in=[entry["id"] for entry in entries if "id" in entry]).delete()
            self._write(sheet, entries)
        return sheet

    def _write(self, sheet, entries):
        for entry in entries:
            pk = entry.pop("id", None)
            if pk:
                Entry.objects.filter(pk=pk, sheet=sheet).update(**entry)
            else:
                Entry.objects.create(sheet=sheet, **entry)
