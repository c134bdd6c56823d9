from django.urls import path

from lms.grading import views

urlpatterns = [
    path("exercises/<slug:lesson>/<slug:exercise>/", views.workspace, name="workspace"),
    path(
        "exercises/<slug:lesson>/<slug:exercise>/submissions/",
        views.create_submission,
        name="create_submission",
    ),
    path("submissions/<uuid:submission_id>/", views.submission_detail, name="submission"),
    path("submissions/<uuid:submission_id>/cancel/", views.cancel_submission, name="cancel_submission"),
]
