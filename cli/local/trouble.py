"""What keeps the local back office from running, told in one line that says what to do."""


class Trouble(Exception):
    """Shown to the person at the terminal as it is, without a traceback."""
