"""Where a terminal's pages are."""


def path(terminal, act=""):
    return f"terminals/{terminal.pk}/{act}"
