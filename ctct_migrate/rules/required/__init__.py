"""CT4: what is missing."""
