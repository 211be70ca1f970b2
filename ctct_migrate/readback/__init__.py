"""Bodies of one target for another: read back as the v1 documents that they say, and converted anew.

Who moved from v1 to v2 has JSON and no XML.  What a v2 body says, a v1 document says too, and the
table of v2 knows how: it is run backwards (`v1_text`), and the table of the new target forwards.  So
each fact of a mapping stands in one table alone.  What cannot be said in v1 is reported at its place
in the JSON, and nothing is left out in silence.
"""

from __future__ import annotations

from ctct_migrate.readback.bodies_conversion import convert_bodies

__all__ = ["convert_bodies"]
