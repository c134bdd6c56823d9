from django.urls import include, path
from rest_framework.routers import DefaultRouter
from seeds.api import PacketViewSet

router = DefaultRouter()
router.register("packets", PacketViewSet)

urlpatterns = [path("api/", include(router.urls))]
