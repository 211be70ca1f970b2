"""The script that somebody in a hurry would write: parse, validate, dump as JSON, in a pool of two.

    python bench/peer.py SCHEMA FOLDER OUTPUT

It checks a document with the XSD and nothing else, says no more of a mistake than libxml2 does, and
keeps every element and attribute, under its name.  What `bench.speed` measures ctct-migrate against.
"""

import json
import sys
from multiprocessing import Pool
from pathlib import Path

from lxml import etree

PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
CTCT = "{http://ws.constantcontact.com/ns/1.0/}"


def value(element):
    """An element as JSON: its text, or its attributes and children by name."""
    children = [child for child in element if isinstance(child.tag, str)]
    if not children and not element.attrib:
        return element.text
    found = dict(element.attrib)
    for child in children:
        name, made = etree.QName(child).localname, value(child)
        if name not in found:
            found[name] = made
        elif isinstance(found[name], list):
            found[name].append(made)
        else:
            found[name] = [found[name], made]
    if element.text and element.text.strip():
        found["text"] = element.text
    return found


def start(path):
    global SCHEMA
    SCHEMA = etree.XMLSchema(etree.parse(path))


def converted(path):
    """A line of JSON, or what is wrong."""
    try:
        root = etree.fromstring(Path(path).read_bytes(), PARSER)
    except etree.XMLSyntaxError as error:
        return None, f"{path}: {error}"
    if not SCHEMA.validate(root):
        return None, f"{path}: {SCHEMA.error_log.last_error}"
    content = root.find("{http://www.w3.org/2005/Atom}content")
    return json.dumps(value(root if content is None else content[0])), None


def main():
    schema, folder, output = sys.argv[1:]
    paths = sorted(map(str, Path(folder).rglob("*.xml")))
    with Pool(2, start, (schema,)) as pool, Path(output).open("w") as stream:
        for line, wrong in pool.imap(converted, paths, chunksize=50):
            print(*((line,) if line else (wrong,)), file=stream if line else sys.stderr)


if __name__ == "__main__":
    main()
