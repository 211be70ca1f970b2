"""rules/required."""
