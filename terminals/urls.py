from django.urls import re_path

from terminals import views

app_name = "terminals"
urlpatterns = [
    re_path(r"^qr/(?P<signed>[A-Za-z0-9_:=-]+)\.(?P<kind>png|svg)$", views.qr_code, name="qr"),
]
