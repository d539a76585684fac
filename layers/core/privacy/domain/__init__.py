"""Nouns and rules of the shop and of the law: pure, standard library only, no clock, no randomness, no I/O."""
