"""Copies of somebody's data: collected, sealed, previewed, released, collected by their owner (Art. 15, 20)."""
