"""Whose stage it is."""

from django.http import Http404

from sandbox.demos.middleware import VisitedRequest
from sandbox.demos.worlds import World


def world_of(request: VisitedRequest) -> World:
    """The world of the visitor whose cookie came; no other is ever looked at. Raises Http404."""
    world = request.visit.world
    if world is None or request.visit.persona != 1:
        raise Http404("There is no demo of this lesson.")
    return world
