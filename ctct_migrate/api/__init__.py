"""The public functions: read, lint, convert; `fixing` and `verification` hold what fix and verify do."""
