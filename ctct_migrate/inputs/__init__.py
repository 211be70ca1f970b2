"""Files, folders, archives and feeds: where documents come from."""
