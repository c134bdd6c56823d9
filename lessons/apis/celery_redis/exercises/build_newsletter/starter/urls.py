from django.urls import path
from news import views

urlpatterns = [
    path("issues/<int:pk>.json", views.issue, name="issue"),
    path("issues/<int:pk>/send/", views.send, name="send"),
]
