"""Many documents: where they come from, who works on them, and where the results go.

- `inputs`     PATH arguments to a stream of `Input`: files, folders, globs, archives, lists
- `archives`   the members of zip and tar archives, within limits
- `feeds`      feeds of any size, cut at their entries

This floor is the first that opens files.  It knows no rule, no mapping and no layout of messages:
the work that is done on an input is handed in as a function.
"""
