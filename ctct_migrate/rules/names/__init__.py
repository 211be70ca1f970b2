"""rules/names."""
