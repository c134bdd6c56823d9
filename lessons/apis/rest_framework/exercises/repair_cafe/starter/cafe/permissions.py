from rest_framework.permissions import SAFE_METHODS, BasePermission


class IsOwnerOrReadOnly(BasePermission):
    def has_object_permission(self, request, view, job):
        return request.method in SAFE_METHODS or job.owner == request.user
