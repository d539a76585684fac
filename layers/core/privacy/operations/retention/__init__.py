"""Every record's clock: planned, guarded, purged, proven."""
