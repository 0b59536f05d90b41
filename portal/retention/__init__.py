"""What is not kept for ever, and how it goes."""
