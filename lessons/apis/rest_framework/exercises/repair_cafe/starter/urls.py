from cafe.views import JobViewSet
from django.urls import include, path
from rest_framework.routers import DefaultRouter

router = DefaultRouter()
router.register("jobs", JobViewSet, basename="job")

urlpatterns = [path("api/", include(router.urls))]
