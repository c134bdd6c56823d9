from django.urls import path

from . import views

app_name = "async_views"

urlpatterns = [
    path("", views.desk, name="desk"),
    path("ask/sync/", views.ask_sync, name="ask_sync"),
    path("ask/threads/", views.ask_threads, name="ask_threads"),
    path("ask/in-turn/", views.ask_in_turn, name="ask_in_turn"),
    path("ask/gather/", views.ask_gather, name="ask_gather"),
    path("buoys/<int:pk>/", views.slow_down, name="slow_down"),
    path("failing/", views.failing, name="failing"),
    path("rows/", views.rows, name="rows"),
    path("rows/direct/", views.rows_direct, name="rows_direct"),
    path("rows/lazy/", views.rows_lazy, name="rows_lazy"),
    path("rows/template/", views.rows_template, name="rows_template"),
    path("rows/async/", views.rows_async, name="rows_async"),
    path("rows/cost/", views.rows_cost, name="rows_cost"),
    path("loop/", views.loop, name="loop"),
    path("leaving/", views.leaving, name="leaving"),
    path("leaving/log/", views.log, name="log"),
    path("leaving/stream/", views.slow_stream, name="slow_stream"),
    path("leaving/async/", views.slow_async, name="slow_async"),
    path("leaving/sync/", views.slow_sync, name="slow_sync"),
]
