from django.urls import path

from refunds.api import views

urlpatterns = [
    path("refund/create", views.RefundCreate.as_view()),
    path("refund/details", views.RefundDetails.as_view()),
    path("refunds", views.Refunds.as_view()),
    path("refund/capture", views.RefundCapture.as_view()),
    path("refund/cancel", views.RefundCancel.as_view()),
]
