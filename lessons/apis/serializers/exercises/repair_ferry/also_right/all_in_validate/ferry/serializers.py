from django.db import transaction
from ferry.models import Booking, Passenger
from rest_framework import serializers


class PassengerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Passenger
        fields = ["name", "seat"]


class BookingSerializer(serializers.ModelSerializer):
    passengers = PassengerSerializer(many=True)
    paid = serializers.BooleanField(read_only=True)
    pin = serializers.CharField(max_length=6, write_only=True)

    class Meta:
        model = Booking
        fields = "__all__"

    def validate(self, attrs):
        errors = {}
        if "passengers" in attrs:
            if not attrs["passengers"]:
                errors["passengers"] = ["Nobody?"]
            seen, rows = set(), []
            for row in attrs["passengers"]:
                problem = {name: ["Required."] for name in ("name", "seat") if name not in row}
                if row.get("seat") in seen:
                    problem["seat"] = ["Taken."]
                seen.add(row.get("seat"))
                rows.append(problem)
            if any(rows):
                errors["passengers"] = rows
        dates = {
            name: attrs[name] if name in attrs else self.instance and getattr(self.instance, name)
            for name in ("out_on", "back_on")
        }
        if dates["back_on"] and dates["back_on"] < dates["out_on"]:
            errors["back_on"] = ["Too early."]
        if errors:
            raise serializers.ValidationError(errors)
        return attrs

    def create(self, data):
        passengers = data.pop("passengers")
        with transaction.atomic():
            booking = Booking.objects.create(**data)
            for passenger in passengers:
                booking.passengers.create(**passenger)
        return booking

    def update(self, booking, data):
        with transaction.atomic():
            passengers = data.pop("passengers", None)
            for name, value in data.items():
                setattr(booking, name, value)
            booking.save()
            if passengers is not None:
                booking.passengers.all().delete()
                for passenger in passengers:
                    booking.passengers.create(**passenger)
        return booking
