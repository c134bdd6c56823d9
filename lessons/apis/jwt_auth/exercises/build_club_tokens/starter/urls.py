from django.urls import path
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView

from club import views

urlpatterns = [
    path("token/", TokenObtainPairView.as_view()),
    path("token/refresh/", TokenRefreshView.as_view()),
    path("me/", views.Me.as_view()),
]
