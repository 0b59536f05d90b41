"""What is owed to a network: noted, told and settled, for payments, refunds and points of sale alike."""
