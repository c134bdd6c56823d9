from desk.consumers import TicketConsumer
from django.urls import path

websocket_urlpatterns = [path("ws/tickets/<int:pk>/", TicketConsumer.as_asgi())]
