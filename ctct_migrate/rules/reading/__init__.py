"""CT0: what cannot be read, and characters that are not what they seem."""
