"""The paperboy, a made-up target."""

from __future__ import annotations

from ctct_migrate.targets.target import Target

PAPERBOY = Target(
    name="paperboy",
    title="the paperboy",
    base_url="https://paperboy.example/round/",
    per_second=4,
    per_day=1_000,
)
