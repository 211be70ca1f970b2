"""rules/envelope."""
