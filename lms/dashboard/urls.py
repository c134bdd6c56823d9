from django.urls import include, path

from lms.dashboard import account, joining, views

urlpatterns = [
    path("progress/", views.my_progress, name="my_progress"),
    path("account/", account.my_account, name="my_account"),
    path("account/data.json", account.export_data, name="export_data"),
    path("account/delete/", account.delete_account, name="delete_account"),
    path("join/<slug:token>/", joining.join_class, name="join_class"),
    path("classes/<int:pk>/leave/", joining.leave_class, name="leave_class"),
    path("teach/", include("lms.dashboard.teach.urls")),
]
