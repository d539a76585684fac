"""The measures, one module a question."""
