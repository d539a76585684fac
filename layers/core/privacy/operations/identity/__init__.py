"""Whose data: asked, proven, decided (A6, A7)."""
