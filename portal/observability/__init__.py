"""What operators see of the portal at work: the request that a line is about, what logs must not hold, metrics."""
