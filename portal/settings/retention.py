"""How long what is no book is kept."""

from portal.settings import environment

SENT_LETTERS_KEPT_DAYS = environment.number("SENT_LETTERS_KEPT_DAYS", 90, least=1)
# As long as somebody may ask why a delivery did what it did.
CUSTOMER_TOKENS_KEPT_DAYS = environment.number("CUSTOMER_TOKENS_KEPT_DAYS", 30, least=1)
