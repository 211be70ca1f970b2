"""Puts the settings of `ctct-migrate.toml`, and those of the server, into package.json.

    python editors/vscode/settings.py [--check]

They are made from the JSON Schema of the configuration, so that a setting is called and described alike
in both.  With --check nothing is written, and the exit status is 1 if package.json is not up to date.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ctct_migrate.configuration_schema import configuration_schema
from ctct_migrate.language_server.client_settings import ClientSettings
from ctct_migrate.targets import TARGETS

PACKAGE = Path(__file__).with_name("package.json")

#: What is of no use in an editor: logging in.
_LEFT_OUT = {"client-id", "redirect-uri"}

_DEFAULTS: dict[str, Any] = {"string": "", "array": [], "object": {}}


def _setting(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A setting of VS Code's; what is empty is not set, and the project's configuration counts."""
    if name == "target":
        known = ["", *TARGETS, ",".join(TARGETS)]
        schema = {"type": "string", "enum": known, "description": schema["description"]}
    kind = schema["type"]
    made = {"type": kind, "default": _DEFAULTS[kind], "markdownDescription": schema["description"]}
    if kind == "array":
        made["items"] = {"type": "string"}
    if kind == "object":
        made["additionalProperties"] = {"type": ["string", "array"]}
    if "enum" in schema:
        made["enum"] = ["", *[each for each in schema["enum"] if each]]
    return made


def settings() -> dict[str, Any]:
    """The settings of the extension, by name."""
    own = ClientSettings()
    found: dict[str, Any] = {
        "path": {
            "type": "string", "default": "", "scope": "machine-overridable",
            "markdownDescription": "Where the server is. Empty: in the environment of the selected "
            "interpreter, in a `.venv` of the folder, or on the path.",
        },
        "delay": {
            "type": "number", "default": round(own.delay * 1000), "minimum": 0,
            "markdownDescription": "Milliseconds without a change after which a document is checked.",
        },
        "largest-document": {
            "type": "number", "default": own.largest, "minimum": 0,
            "markdownDescription": "Characters of the largest document that is checked while you type.",
        },
        "trace.server": {
            "type": "string", "default": "off", "enum": ["off", "messages", "verbose"],
            "markdownDescription": "What of the conversation with the server is logged.",
        },
    }  # fmt: skip
    for name, schema in configuration_schema()["properties"].items():
        if name not in _LEFT_OUT:
            found[name] = _setting(name, schema)
    return {f"ctct-migrate.{name}": each for name, each in found.items()}


def main() -> int:
    """Writes, or checks."""
    text = PACKAGE.read_text(encoding="utf-8")
    package = json.loads(text)
    package["contributes"]["configuration"]["properties"] = settings()
    made = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    if "--check" in sys.argv[1:]:
        if json.loads(text) != package:
            print("package.json is not up to date: python editors/vscode/settings.py")
            return 1
        return 0
    PACKAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
