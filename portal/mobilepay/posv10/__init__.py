"""MobilePay Point of Sale V10 (docs/protocol/posv10.md)."""
