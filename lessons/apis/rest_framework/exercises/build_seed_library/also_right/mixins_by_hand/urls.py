from django.urls import include, path
from rest_framework.routers import SimpleRouter
from seeds.api import Packets

router = SimpleRouter()
router.register("api/packets", Packets, basename="packet")

urlpatterns = [path("", include(router.urls))]
