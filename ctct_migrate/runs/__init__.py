"""Many documents: where they come from, who works on them, and where the results go.

In the order in which a run needs them:

- `inputs`      PATH arguments to a stream of `Input`s: files, folders, globs, archives, lists
- `documents`, `contents`, `unpacking`, `names`   what an `Input` is, where its bytes are, what it is called
- `archives`, `zips`, `tars`, `salvage`   what is in archives, within limits
- `feeds`, `cutting`, `lending`      feeds of any size, entry by entry
- `run`, `crew`                      work on inputs in several processes, results in their order
- `outcomes`, `recording`            what became of a document, as values and as bytes to be written
- `archiving`   a whole conversion: bodies to `outputs` (`lines`, `folders`, `parquet`), lines to
  the `manifest`
- `progress`    a bar on a terminal
- `summary`, `charts`, `page`        the report of a run, from its manifest

This floor is the first that opens files.  It knows no mapping and no layout of messages: the work
that is done on an input is handed in as a function.
"""
