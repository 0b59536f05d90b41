"""HTTP to a payment network, whichever it is: the only users of requests."""
