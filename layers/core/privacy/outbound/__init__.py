"""Ports → the world: one adapter a technology."""
