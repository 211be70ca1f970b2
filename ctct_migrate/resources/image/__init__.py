"""Image: an image of the library, of which the file itself stands elsewhere (reference,
v1-resources, Image)."""

from __future__ import annotations

from ctct_migrate.resources.resource import Companion, Dialect, Reference, Resource

IMAGE = Resource(
    name="Image",
    noun="image",
    collection="library/folders/{folder}/images",
    dialect=Dialect.PLAIN,
    references=(Reference("folder", ("Folder/@id", "@id", "entry/id", "entry/link[edit]/@href")),),
    companion=Companion("FileName", "MD5Hash"),
    wording={"Md5Hash": "CT434"},
    aliases={
        "filename": "FileName", "file": "FileName", "url": "ImageURL", "imageurl": "ImageURL",
        "md5": "MD5Hash", "hash": "MD5Hash", "size": "FileSize", "type": "FileType",
        "modified": "LastUpdated",
    },
    rules="ctct_migrate.resources.image.rules",
    plain="ctct_migrate.resources.image.plain",
)  # fmt: skip
