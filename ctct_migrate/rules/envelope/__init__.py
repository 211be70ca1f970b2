"""CT2: the Atom envelope."""
