"""The page about a run, made from its manifest."""
