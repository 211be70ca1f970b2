"""Limits, and how they are changed; the words for amounts and errors."""

import click
import pytest
from click.testing import CliRunner

from ctct_migrate.cli.limit_options import limits_option
from ctct_migrate.inputs.byte_sources import InputLimits, amount


def test_limits_are_changed_by_name():
    assert InputLimits().changed(["ratio=500", "size=2g", "total=3K"]) == InputLimits(
        ratio=500, size=2 << 30, total=3 << 10
    )
    assert InputLimits().changed([]) == InputLimits()


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("depth=3", "there is no limit `depth`: it is whole, size, ratio, total, count"),
        ("ratio", "`` is not a value for ratio: write ratio=200"),
        ("ratio=many", "`many` is not a value for ratio"),
        ("ratio=2K", "`2K` is not a value for ratio"),
        ("size=-1", "`-1` is not a value for size: write size=64M"),
        ("size=0", "`0` is not a value for size"),
    ],
)
def test_what_is_no_limit_is_told(wish, said):
    with pytest.raises(ValueError) as caught:
        InputLimits().changed([wish])
    assert said in str(caught.value)


def test_the_option():
    @click.command()
    @limits_option
    def command(limits: InputLimits) -> None:
        click.echo(f"{limits.ratio} {limits.size}")

    assert CliRunner().invoke(command, ["--limit", "ratio=7", "--limit", "size=1K"]).output == (
        "7 1024\n"
    )
    refused = CliRunner().invoke(command, ["--limit", "x=1"])
    assert refused.exit_code == 2
    assert "there is no limit `x`" in refused.output


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1024, "1 KiB"), (1536, "1.5 KiB"), (64 << 20, "64 MiB"),
     (5 << 40, "5120 GiB")],
)  # fmt: skip
def test_amounts(size, said):
    assert amount(size) == said
