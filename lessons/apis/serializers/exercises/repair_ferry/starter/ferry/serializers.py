from ferry.models import Booking, Passenger
from rest_framework import serializers


class PassengerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Passenger
        fields = ["name", "seat"]


class BookingSerializer(serializers.ModelSerializer):
    passengers = PassengerSerializer(many=True)

    class Meta:
        model = Booking
        fields = ["id", "email", "out_on", "back_on", "pin", "paid", "passengers"]

    def validate(self, attrs):
        if attrs["back_on"] < attrs["out_on"]:
            raise serializers.ValidationError("You would be back before you left.")
        return attrs

    def create(self, validated_data):
        passengers = validated_data.pop("passengers")
        booking = Booking.objects.create(**validated_data)
        for passenger in passengers:
            Passenger.objects.create(booking=booking, **passenger)
        return booking
