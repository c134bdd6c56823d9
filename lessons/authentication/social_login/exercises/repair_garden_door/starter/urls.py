from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from garden import door, views

urlpatterns = [
    path("", views.home, name="home"),
    path("plot/", views.plot, name="plot"),
    path("shop/", views.shop, name="shop"),
    path("login/", LoginView.as_view(template_name="garden/login.html"), name="login"),
    path("login/<slug:provider>/", door.start, name="start"),
    path("callback/<slug:provider>/", door.callback, name="callback"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("provider/", include("provider.urls")),
]
