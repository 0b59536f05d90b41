from django.urls import path

from refunds.views import deciding, pages, policy

app_name = "refunds"
urlpatterns = [
    path("", pages.listing, name="list"),
    path("export.<str:kind>", pages.export, name="export"),
    path("ask/<uuid:payment_id>/", deciding.ask, name="ask"),
    path("policy/<str:currency>/", policy.change, name="policy"),
    path("policy-changes/<int:change_id>/confirm/", policy.confirm, name="confirm-policy"),
    path("policy-changes/<int:change_id>/decline/", policy.decline, name="decline-policy"),
    path("policy-changes/<int:change_id>/withdraw/", policy.withdraw, name="withdraw-policy"),
    path("<uuid:refund_id>/", pages.detail, name="detail"),
    path("<uuid:refund_id>/check/", pages.check, name="check"),
    path("<uuid:refund_id>/approve/", deciding.approve, name="approve"),
    path("<uuid:refund_id>/approve-in-emergency/", deciding.approve_in_emergency, name="approve-in-emergency"),
    path("<uuid:refund_id>/decline/", deciding.decline, name="decline"),
    path("<uuid:refund_id>/withdraw/", deciding.withdraw, name="withdraw"),
    path("<uuid:refund_id>/review/", deciding.review, name="review"),
    path("<uuid:refund_id>/proof/", pages.proof, name="proof"),
]
