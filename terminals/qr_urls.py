from django.urls import re_path

from terminals.views import qr_codes

urlpatterns = [re_path(r"^(?P<signed>[A-Za-z0-9_:=-]+)\.(?P<kind>png|svg)$", qr_codes.qr_code, name="qr")]
