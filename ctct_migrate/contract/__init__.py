"""JSON Schemas of a target's bodies: what a body may hold, and what is wrong with one."""
