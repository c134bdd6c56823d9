from django.urls import path

from . import enrolment, views

app_name = "otp"

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-up/", views.sign_up, name="sign_up"),
    path("sign-up/code/", views.confirm, name="confirm"),
    path("sign-up/again/", views.send_again, name="send_again"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/code/", views.verify, name="verify"),
    path("sign-in/send/", views.send, name="send"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("papers/", views.papers, name="papers"),
    path("devices/", enrolment.devices, name="devices"),
    path("devices/app/", enrolment.add_app, name="add_app"),
    path("devices/app/scan/", enrolment.scan, name="scan"),
    path("devices/phone/", enrolment.add_phone, name="add_phone"),
    path("devices/backup/", enrolment.backup_codes, name="backup_codes"),
    path("phone/clock/", views.clock, name="clock"),
]
