"""The paperboy, a made-up target."""
