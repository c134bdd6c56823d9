from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from parcels import views

urlpatterns = [
    path("", views.home, name="home"),
    path("track/<slug:code>/", views.track, name="track"),
    path("parcels/", views.my_parcels, name="my_parcels"),
    path("parcels/<slug:code>/", views.parcel, name="parcel"),
    path("login/", LoginView.as_view(template_name="parcels/sign_in.html"), name="sign_in"),
    path("logout/", LogoutView.as_view(), name="sign_out"),
]
