from django.urls import path

from payments import views

app_name = "payments"
urlpatterns = [
    path("", views.listing, name="list"),
    path("export.<str:kind>", views.export, name="export"),
    path("sums/", views.sums, name="sums"),
    path("<uuid:payment_id>/", views.detail, name="detail"),
    path("<uuid:payment_id>/check/", views.check, name="check"),
    path("<uuid:payment_id>/capture/", views.capture, name="capture"),
    path("<uuid:payment_id>/cancel/", views.cancel, name="cancel"),
]
