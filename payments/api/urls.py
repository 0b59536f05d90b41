from django.urls import path

from payments.api import views

urlpatterns = [
    path("payment/start", views.PaymentStart.as_view()),
    path("payment/start/byPosId", views.PaymentStartByPos.as_view()),
    path("payment/prepare", views.PaymentPrepare.as_view()),
    path("payment/ready", views.PaymentReady.as_view()),
    path("payment/details", views.PaymentDetails.as_view()),
    path("payments", views.Payments.as_view()),
    path("payment/status", views.PaymentStatus.as_view()),
    path("payment/capture", views.PaymentCapture.as_view()),
    path("payment/cancel", views.PaymentCancel.as_view()),
    path("payment/id/retrieve/bystate", views.RetrieveByState.as_view()),
    path("payment/id/retrieve/byterminal", views.RetrieveByTerminal.as_view()),
    path("payment/id/retrieve/byposId", views.RetrieveByPos.as_view()),
]
