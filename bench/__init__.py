"""`make bench`: what the product costs, as counts and ratios; writes the tables of docs/performance.md."""
