from django.urls import path

from lms.grading.consumers import SubmissionConsumer

websocket_urlpatterns = [
    path("ws/submissions/<uuid:submission_id>/", SubmissionConsumer.as_asgi()),
]
