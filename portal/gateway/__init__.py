"""The way to the payment networks: which one an account is at, when to ask again, what a till reads when it fails."""
