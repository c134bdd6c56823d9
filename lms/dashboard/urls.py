from django.urls import path

from lms.dashboard import account, views

urlpatterns = [
    path("progress/", views.my_progress, name="my_progress"),
    path("account/", account.my_account, name="my_account"),
    path("account/data.json", account.export_data, name="export_data"),
    path("account/delete/", account.delete_account, name="delete_account"),
]
