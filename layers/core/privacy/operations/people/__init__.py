"""Facts in, people out: recorded, folded, linked, described."""
