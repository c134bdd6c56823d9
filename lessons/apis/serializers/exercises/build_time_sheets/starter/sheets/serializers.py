from rest_framework import serializers
from sheets.models import Sheet


class SheetSerializer(serializers.ModelSerializer):
    class Meta:
        model = Sheet
        fields = ["id"]
