"""rules/fast."""
