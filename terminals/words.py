"""Sentences about many terminals, in which the number decides about the words."""


def terminals_stop(count: int) -> str:
    """How many stop selling at this moment."""
    if not count:
        return "No terminal is ready to sell, so none stops."
    return "1 terminal stops selling now." if count == 1 else f"{count} terminals stop selling now."


def terminals_go_on(count: int, hours: int) -> str:
    """How many sell on with the old token for the overlap, when it is kept."""
    end = "1 hour" if hours == 1 else f"{hours} hours"
    if not count:
        return f"No terminal is ready to sell. The old token works for {end} more, if it is kept."
    if count == 1:
        return f"1 terminal sells on with the old token for {end}, if it is kept; if not, it stops selling now."
    return f"{count} terminals sell on with the old token for {end}, if it is kept; if not, they stop selling now."
