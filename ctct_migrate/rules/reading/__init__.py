"""rules/reading."""
