"""rules/wellformed."""
