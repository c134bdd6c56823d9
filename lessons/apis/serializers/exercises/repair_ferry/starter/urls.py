from django.urls import include, path
from ferry.views import BookingViewSet
from rest_framework.routers import SimpleRouter

router = SimpleRouter()
router.register("bookings", BookingViewSet)

urlpatterns = [path("", include(router.urls))]
