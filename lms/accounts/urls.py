from django.urls import path

from lms.accounts import views

urlpatterns = [
    path("mailbox/", views.show_mailbox, name="mailbox"),
    # Before the admins' own pages of these addresses.
    path("cms/login/", views.staff_login, name="cms_login"),
    path("django-admin/login/", views.staff_login, name="django_admin_login"),
]
