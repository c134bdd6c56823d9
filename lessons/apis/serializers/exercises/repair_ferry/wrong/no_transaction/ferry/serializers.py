from ferry.models import Booking, Passenger
from rest_framework import serializers


class PassengerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Passenger
        fields = ["name", "seat"]

    def validate(self, attrs):
        # PATCH makes every field optional, down here too. A passenger is always a new row.
        missing = [name for name in ("name", "seat") if name not in attrs]
        if missing:
            raise serializers.ValidationError(dict.fromkeys(missing, "This field is required."))
        return attrs


class BookingSerializer(serializers.ModelSerializer):
    passengers = PassengerSerializer(many=True, allow_empty=False)

    class Meta:
        model = Booking
        fields = ["id", "email", "out_on", "back_on", "pin", "paid", "passengers"]
        read_only_fields = ["paid"]
        extra_kwargs = {"pin": {"write_only": True}}

    def validate_passengers(self, passengers):
        seats = [passenger["seat"] for passenger in passengers]
        again = [place for place, seat in enumerate(seats) if seat in seats[:place]]
        if again:
            raise serializers.ValidationError({place: {"seat": ["Somebody sits there."]} for place in again})
        return passengers

    def validate(self, attrs):
        out_on = attrs.get("out_on", getattr(self.instance, "out_on", None))
        back_on = attrs.get("back_on", getattr(self.instance, "back_on", None))
        if back_on and back_on < out_on:
            raise serializers.ValidationError({"back_on": "You would be back before you left."})
        return attrs

    def create(self, validated_data):
        passengers = validated_data.pop("passengers")
        booking = super().create(validated_data)
        self._seat(booking, passengers)
        return booking

    def update(self, booking, validated_data):
        passengers = validated_data.pop("passengers", None)
        booking = super().update(booking, validated_data)
        if passengers is not None:
            booking.passengers.all().delete()
            self._seat(booking, passengers)
        return booking

    def _seat(self, booking, passengers):
        Passenger.objects.bulk_create(Passenger(booking=booking, **passenger) for passenger in passengers)
