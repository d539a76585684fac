"""What ends a bench in one line."""


class Trouble(Exception):
    """Says what is wrong and what to do about it."""
