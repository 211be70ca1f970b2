"""ctct-migrate: reads v1 Atom XML, lints it like a compiler, and converts it to v2 JSON."""
