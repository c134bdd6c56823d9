from cafe.models import Device, Job
from django.contrib.auth.models import User
from rest_framework import serializers


class JobSerializer(serializers.ModelSerializer):
    owner = serializers.SlugRelatedField(slug_field="username", queryset=User.objects.all())
    device = serializers.SlugRelatedField(slug_field="name", queryset=Device.objects.all())

    class Meta:
        model = Job
        fields = ["id", "owner", "device", "problem", "state", "private"]
