"""Bytes to `Document`, safely.

Two ways in, one result.  The fast way is libxml2, through lxml, without positions.  The slow way
is `scanner`, which reads any text, however broken, into a tree whose every part knows where it
stands.  Readers report what they stumble over as `Problem`s, values without wording: what users
are reported stands in `rules`.  No file is opened here, no DTD read, no entity expanded.
"""
