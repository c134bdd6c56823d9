from django.contrib.auth import views as auth
from django.urls import path

from . import views

app_name = "sandpit"
urlpatterns = [
    path("", views.castles, name="castles"),
    path("count/", views.count, name="count"),
    path("slow/", views.slow_count, name="slow"),
    path("stream/", views.stream, name="stream"),
    path("forever/", views.forever, name="forever"),
    path("write/", views.write, name="write"),
    path("boom/", views.boom, name="boom"),
    path("knock/", views.knock, name="knock"),
    path("api/", views.api, name="api"),
    path(
        "login/",
        auth.LoginView.as_view(template_name="sandpit/login.html", next_page="sandpit:castles"),
        name="login",
    ),
    path("logout/", auth.LogoutView.as_view(next_page="sandpit:castles"), name="logout"),
]
