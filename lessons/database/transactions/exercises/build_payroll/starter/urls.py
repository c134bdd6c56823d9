from django.urls import path
from payroll import views

urlpatterns = [
    path("payroll/", views.payroll, name="payroll"),
    path("accounts.json", views.accounts, name="accounts"),
]
