"""rules/conversion."""
