"""rules/content."""
