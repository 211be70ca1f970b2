"""What makes the documentation: the pages of the site, and the pictures of the terminal.

Not a part of the package; `mkdocs.yml` and `make` run it.
"""
