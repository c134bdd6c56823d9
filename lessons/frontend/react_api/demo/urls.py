from django.urls import include, path
from rest_framework.routers import SimpleRouter

from . import views
from .api import CardViewSet

app_name = "react_api"

router = SimpleRouter()
router.register("cards", CardViewSet, basename="card")

urlpatterns = [
    path("", views.board, name="board"),
    path("api/", include(router.urls)),
    path("server/", views.server, name="server"),
    path("islands/", views.islands, name="islands"),
    path("islands/<int:pk>/move/", views.move, name="move"),
    path("search/", views.search, name="search"),
    path("compare/", views.compare, name="compare"),
    path("measured/", views.measured, name="measured"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
