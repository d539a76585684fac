"""Outside → domain: what arrived, verified and translated into facts."""
