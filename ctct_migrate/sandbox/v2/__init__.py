"""What v2's server does with one resource besides the usual: one module for a resource."""
