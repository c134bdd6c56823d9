from django.urls import path

from . import views
from .between import between

app_name = "social_login"

urlpatterns = [
    path("", views.home, name="home"),
    path("walks/<int:pk>/join/", views.join, name="join"),
    path("dances/", views.dances, name="dances"),
    path("dances/<int:pk>/", views.dance, name="dance"),
    path("dances/<int:pk>/again/", views.again, name="again"),
    path("between/", between, name="between"),
    path("policy/", views.policy, name="policy"),
]
