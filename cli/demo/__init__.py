"""`make demo`: a story told to the real back office through its real entrances, and what came of it."""
