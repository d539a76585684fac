"""Messages become cases; what a case owes is done; who decides writes a step."""
