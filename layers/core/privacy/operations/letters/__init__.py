"""A case's letters: worded, linked, sent, settled."""
