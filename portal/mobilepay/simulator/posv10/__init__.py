"""MobilePay PoS V10 as its published protocol describes it (docs/protocol)."""
