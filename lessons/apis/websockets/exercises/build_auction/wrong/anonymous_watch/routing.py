from auction.consumers import LotConsumer
from django.urls import path

websocket_urlpatterns = [path("ws/lots/<int:pk>/", LotConsumer.as_asgi())]
