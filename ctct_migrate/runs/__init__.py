"""Runs over many documents: workers, what became of each document, outputs, manifest and resume.

- `work`, `workers`            work on inputs in several processes, results in their order
- `outcomes`, `records`        what became of a document, as values and as bytes to be written
- `conversion_run`             a whole conversion: bodies to an output, lines to the manifest
- `outputs`                    what a folder and a file of many bodies have in common
- `json_lines_output`, `folder_output`, `parquet_output`   the three kinds of output
- `manifest`, `resume`         what became of each resource, and how a later run goes on
- `atomic_files`, `output_lock`, `disk`, `progress_bar`      files and the terminal

It knows no mapping and no layout of messages: the work that is done on an input is handed in as a
function.
"""
