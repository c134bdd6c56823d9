from django.db import transaction
from ferry.models import Booking, Passenger
from rest_framework import serializers


class PassengerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Passenger
        fields = ("name", "seat")

    def to_internal_value(self, data):
        values = super().to_internal_value(data)
        for name in self.fields:
            if name not in values:
                raise serializers.ValidationError({name: ["Required."]})
        return values


class Passengers(serializers.ListSerializer):
    child = PassengerSerializer()

    def validate(self, rows):
        seats = {}
        for place, row in enumerate(rows):
            if row["seat"] in seats:
                raise serializers.ValidationError({place: {"seat": ["Taken."]}})
            seats[row["seat"]] = place
        return rows


class BookingSerializer(serializers.ModelSerializer):
    passengers = Passengers(min_length=1)

    class Meta:
        model = Booking
        fields = ("id", "email", "out_on", "back_on", "pin", "paid", "passengers")
        extra_kwargs = {"pin": {"write_only": True}, "paid": {"read_only": True}}

    def validate(self, attrs):
        booking = self.instance or Booking()
        out_on, back_on = attrs.get("out_on", booking.out_on), attrs.get("back_on", booking.back_on)
        if back_on is not None and out_on > back_on:
            raise serializers.ValidationError({"back_on": ["Too early."]})
        return attrs

    @transaction.atomic
    def save(self, **kwargs):
        rows = self.validated_data.pop("passengers", None)
        booking = super().save(**kwargs)
        if rows is not None:
            booking.passengers.all().delete()
            Passenger.objects.bulk_create([Passenger(booking=booking, **row) for row in rows])
        return booking
