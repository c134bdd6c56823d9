"""A server that can be told to be slow, to refuse, or to lose its answer. All of it happens for real."""

import time

from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS

from .models import Mood, Server

SLOW = 2.0  # seconds


class Refused(APIException):
    status_code = 503
    default_detail = "The server is busy. Nothing was written."


class Lost(APIException):
    status_code = 504
    default_detail = "No answer came back in time."


class MoodyMixin:
    """For an API view: `initial` comes before the handler, `finalize_response` after it."""

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        self.mood = Mood.FINE
        if request.method not in SAFE_METHODS:
            self.mood = Server.objects.values_list("mood", flat=True).first() or Mood.FINE
        if self.mood == Mood.SLOW:
            time.sleep(SLOW)
        elif self.mood == Mood.REFUSES:
            raise Refused

    def finalize_response(self, request, response, *args, **kwargs):
        if getattr(self, "mood", "") == Mood.LOSES and response.status_code < 400:
            response = self.handle_exception(Lost())
        return super().finalize_response(request, response, *args, **kwargs)
