"""The fast path: whether there is surely nothing to report."""
