"""A bad day on purpose: tills sell and give back while processes die and MobilePay fails; then books are compared."""
