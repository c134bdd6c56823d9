from django.urls import path
from django.views.generic import TemplateView

from . import shelf, views

app_name = "login_logout"

urlpatterns = [
    path("", shelf.home, name="home"),
    path("bag/<int:pk>/", shelf.put_in_bag, name="put_in_bag"),
    path("borrow/", shelf.borrow, name="borrow"),
    path("signup/", views.SignUpView.as_view(), name="signup"),
    path("login/", views.SignInView.as_view(), name="login"),
    path("logout/", views.SignOutView.as_view(), name="logout"),
    path(
        "signed-out/",
        TemplateView.as_view(template_name="login_logout/signed_out.html"),
        name="signed_out",
    ),
    path("desk/", views.DeskView.as_view(), name="desk"),
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/end-others/", views.end_other_sessions, name="end_other_sessions"),
]
