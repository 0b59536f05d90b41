"""What only the demo has: its settings, its mailbox, tills that hear of a new token, programs that are kept running."""

# Folders in VAR_DIR: the letters that were sent, and the access tokens of the demo's tills.
LETTERS = "letters"
TILLS = "tills"
