from django.urls import path

from lms.grading import preview_sockets, preview_views, views, work_views

EXERCISE = "exercises/<slug:lesson>/<slug:exercise>/"

urlpatterns = [
    path(EXERCISE, views.workspace, name="workspace"),
    path(
        f"{EXERCISE}submissions/",
        views.create_submission,
        name="create_submission",
    ),
    path(f"{EXERCISE}draft/", work_views.draft, name="draft"),
    path(f"{EXERCISE}attempts/", work_views.attempts, name="attempts"),
    path(f"{EXERCISE}solution/", work_views.solution, name="solution"),
    path(f"{EXERCISE}download/", work_views.download, name="download"),
    path("submissions/<uuid:submission_id>/files/", work_views.attempt_files, name="attempt_files"),
    path(f"{EXERCISE}preview/", preview_views.boot_preview, name="preview"),
    path(f"{EXERCISE}preview/requests/", preview_views.preview_request, name="preview_request"),
    path(f"{EXERCISE}preview/console/", preview_views.preview_console, name="preview_console"),
    path(f"{EXERCISE}preview/sockets/", preview_sockets.preview_socket, name="preview_socket"),
    path(
        f"{EXERCISE}preview/<str:preview>/<int:page>/",
        preview_views.preview_document,
        name="preview_document",
    ),
    path("submissions/<uuid:submission_id>/", views.submission_detail, name="submission"),
    path("feedback/read/", work_views.read_feedback, name="read_feedback"),
    path("submissions/<uuid:submission_id>/cancel/", views.cancel_submission, name="cancel_submission"),
]
