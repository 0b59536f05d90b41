"""The page that plays the customer's phone."""
