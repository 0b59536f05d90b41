"""A simulator of MobilePay's Point-of-Sale API V10, as an HTTP server of its own in pure Python."""
