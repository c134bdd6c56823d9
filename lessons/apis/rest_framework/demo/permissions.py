from rest_framework.permissions import SAFE_METHODS, BasePermission


class IsObserverOrReadOnly(BasePermission):
    """Asked about one row, once it has been fetched: by get_object(), and by nothing else."""

    message = "Only who saw it may change it."

    def has_object_permission(self, request, view, sighting):
        return request.method in SAFE_METHODS or sighting.observer_id == request.user.pk


class IsSteward(BasePermission):
    """Asked before any row is fetched."""

    message = "Stewards verify sightings."

    def has_permission(self, request, view):
        return bool(request.user and request.user.is_staff)
