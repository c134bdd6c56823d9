from django.urls import include, path
from rest_framework.routers import SimpleRouter
from tasks.api import TaskViewSet

router = SimpleRouter()
router.register("tasks", TaskViewSet)

urlpatterns = [path("api/", include(router.urls))]
