"""CT7 and CT8: what a target refuses, and what conversion changes or cannot do."""
