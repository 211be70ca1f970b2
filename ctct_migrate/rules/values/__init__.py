"""rules/values."""
