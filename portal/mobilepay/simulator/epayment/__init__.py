"""Vipps MobilePay ePayment, with its access tokens, QR, Webhooks and Management APIs (docs/simulator.md)."""
