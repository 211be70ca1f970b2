"""v3: the target itself, and one module for what it makes of each resource."""
