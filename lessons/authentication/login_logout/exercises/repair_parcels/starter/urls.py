from django.urls import path

from parcels import accounts, views

urlpatterns = [
    path("", views.home, name="home"),
    path("track/<slug:code>/", views.track, name="track"),
    path("parcels/", views.my_parcels, name="my_parcels"),
    path("parcels/<slug:code>/", views.parcel, name="parcel"),
    path("login/", accounts.sign_in, name="sign_in"),
    path("logout/", accounts.sign_out, name="sign_out"),
]
