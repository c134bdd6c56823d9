import re
from datetime import date

from django.db import transaction
from rest_framework import serializers
from sheets.models import Entry, Project, Sheet

WEEK = re.compile(r"(\d{4})-W(\d\d)", re.ASCII)
TIME = re.compile(r"(\d{1,2}):(\d\d)", re.ASCII)


class Total(serializers.Field):
    def __init__(self, **options):
        super().__init__(source="*", read_only=True, **options)

    def to_representation(self, sheet):
        hours, minutes = divmod(sum(entry.minutes for entry in sheet.entries.all()), 60)
        return f"{hours}:{minutes:02}"


class Week(serializers.DateField):
    def to_internal_value(self, value):
        match = WEEK.fullmatch(value) if type(value) is str else None
        try:
            return date.fromisocalendar(int(match[1]), int(match[2]), 1)
        except (TypeError, ValueError):
            raise serializers.ValidationError("Like 2025-W46.") from None

    def to_representation(self, value):
        iso = value.isocalendar()
        return f"{iso.year:04}-W{iso.week:02}"


class Time(serializers.IntegerField):
    def to_internal_value(self, value):
        match = TIME.fullmatch(value) if type(value) is str else None
        if match is None or int(match[2]) > 59:
            raise serializers.ValidationError("Like 7:30.")
        return super().to_internal_value(int(match[1]) * 60 + int(match[2]))

    def to_representation(self, value):
        return "{}:{:02}".format(*divmod(value, 60))


class EntrySerializer(serializers.ModelSerializer):
    project = serializers.SlugRelatedField("code", queryset=Project.objects.all())
    time = Time(source="minutes", min_value=1, max_value=99 * 60 + 59)

    class Meta:
        model = Entry
        fields = ["id", "project", "time", "text"]
        extra_kwargs = {"id": {"read_only": False, "required": False}}


class SheetSerializer(serializers.ModelSerializer):
    employee = serializers.StringRelatedField(source="employee.name")
    week = Week(source="monday")
    total = Total()
    entries = EntrySerializer(many=True)

    class Meta:
        model = Sheet
        fields = ["id", "employee", "week", "approved", "total", "entries"]
        read_only_fields = ["approved"]

    def validate_entries(self, entries):
        if not entries:
            raise serializers.ValidationError("At least one.")
        own = self.instance.entries.in_bulk() if self.instance else {}
        problems = [
            {"id": ["Not one of these."]} if "id" in entry and entry["id"] not in own else {}
            for entry in entries
        ]
        if any(problems):
            raise serializers.ValidationError(problems)
        return entries

    def validate_week(self, monday):
        sheet = Sheet.objects.filter(employee=self.context["employee"], monday=monday).first()
        if sheet and sheet != self.instance:
            raise serializers.ValidationError("You have one.")
        return monday

    @transaction.atomic
    def create(self, data):
        entries = data.pop("entries")
        sheet = super().create(data)
        for entry in entries:
            sheet.entries.create(**{key: value for key, value in entry.items() if key != "id"})
        return sheet

    @transaction.atomic
    def update(self, sheet, data):
        entries = data.pop("entries", None)
        sheet = super().update(sheet, data)
        if entries is None:
            return sheet
        old = sheet.entries.in_bulk()
        for values in entries:
            entry = old.pop(values.pop("id", None), None) or Entry(sheet=sheet)
            for name, value in values.items():
                setattr(entry, name, value)
            entry.save()
        for entry in old.values():
            entry.delete()
        return sheet
