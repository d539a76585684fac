"""iméra's privacy back office: facts in, fold, react (docs/architecture.md)."""
