"""CT5: HTML and text content."""
