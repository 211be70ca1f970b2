"""CT1: what makes a document malformed."""
