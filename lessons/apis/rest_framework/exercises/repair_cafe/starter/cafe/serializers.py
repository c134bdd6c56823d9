from cafe.models import Device, Job
from rest_framework import serializers


class JobSerializer(serializers.ModelSerializer):
    owner = serializers.CharField(source="owner.username", read_only=True)
    device = serializers.SlugRelatedField(slug_field="name", queryset=Device.objects.all())

    class Meta:
        model = Job
        fields = ["id", "owner", "device", "problem", "state", "private"]
