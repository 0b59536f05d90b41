"""Vipps MobilePay ePayment, with its QR and Webhooks APIs (docs/protocol/epayment.md)."""
