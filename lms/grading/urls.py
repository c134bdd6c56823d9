from django.urls import path

from lms.grading import preview_sockets, preview_views, trial_views, views, work_views

EXERCISE = "exercises/<slug:lesson>/<slug:exercise>/"
TRIAL = "trials/<int:pk>/"

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
    # Drafts, for their authors: lms/accounts/step_up.py asks them for a second factor here, too.
    path(TRIAL, trial_views.trial_workspace, name="trial"),
    path(f"{TRIAL}runs/", trial_views.create_trial, name="create_trial"),
    path(f"{TRIAL}runs/<uuid:trial_id>/", trial_views.trial_detail, name="trial_detail"),
    path(f"{TRIAL}runs/<uuid:trial_id>/cancel/", trial_views.cancel, name="cancel_trial"),
    path(f"{TRIAL}solution/", trial_views.solution, name="trial_solution"),
    path(f"{TRIAL}download/", trial_views.download, name="trial_download"),
    path(f"{TRIAL}preview/", trial_views.boot_preview, name="trial_preview"),
    path(f"{TRIAL}preview/requests/", trial_views.preview_request, name="trial_preview_request"),
    path(f"{TRIAL}preview/console/", trial_views.preview_console, name="trial_preview_console"),
    path(f"{TRIAL}preview/sockets/", trial_views.preview_socket, name="trial_preview_socket"),
    path(
        f"{TRIAL}preview/<str:preview>/<int:page>/",
        trial_views.preview_document,
        name="trial_preview_document",
    ),
]
