"""Folder: a folder of the library, in which images are (reference, v1-resources, Folder)."""

from __future__ import annotations

from ctct_migrate.resources.resource import Dialect, Resource

FOLDER = Resource(
    name="Folder",
    noun="folder",
    collection="library/folders",
    key="Name",
    dialect=Dialect.PLAIN,
)
