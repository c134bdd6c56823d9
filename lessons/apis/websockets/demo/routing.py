from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from .consumers import RoomConsumer

websocket_urlpatterns = [
    path("ws/<slug:slug>/", AllowedHostsOriginValidator(RoomConsumer.as_asgi())),
]
