"""`explain`: everything that the catalogue knows of a code."""

import re

import pytest

from ctct_migrate.output.cells import shown
from ctct_migrate.rules.registry import catalogue


@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.code)
def test_every_code_is_explained(run, rule):
    status, out, err = run("explain", rule.code)
    assert (status, err) == (0, "")
    words = " ".join(out.split())
    assert words.startswith(f"{rule.severity}[{rule.code}] {rule.name} ")
    for part in (rule.summary, rule.why, rule.how, rule.fact, rule.since):
        assert " ".join(part.split()) in words
    bad, good = rule.bad.strip("\n").split("\n"), rule.good.strip("\n").split("\n")
    differing = [*set(bad).difference(good), *set(good).difference(bad)]
    for line in bad + good if max(len(bad), len(good)) < 8 else differing:
        if line.isascii() and shown(line) == line:  # some examples hold what nobody can see
            assert " ".join(line.split()) in words
    assert max(map(len, out.splitlines())) <= max(
        [80, *(len(line) + 4 for line in f"{rule.bad}\n{rule.good}".splitlines())]
    )


def test_by_name_and_in_any_letter_case(run):
    assert run("explain", "greeting-name") == run("explain", "ct310") == run("explain", "CT310")


def test_by_the_number_alone(run):
    assert run("explain", "310") == run("explain", "CT310")


@pytest.mark.parametrize("word", ["CT3", "ct3", "3", "CT3xx", "3xx"])
def test_a_family_is_listed(run, word):
    status, out, err = run("explain", word)
    assert (status, err) == (0, "")
    family = [rule.code for rule in catalogue() if rule.code.startswith("CT3")]
    assert re.findall(r"^  (CT\d{3}) ", out, re.M) == family


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("greting-name", "; did you mean `greeting-name`?"),
        ("CT31", "; did you mean `CT310`, `CT311` or `CT312`?"),
        ("zebra", "; `ctct-migrate rules` lists them"),
    ],
)
def test_what_there_is_not(run, word, hint):
    assert run("explain", word) == (2, "", f"ctct-migrate: there is no rule `{word}`{hint}\n")


def test_colours(run):
    assert "\x1b" not in run("explain", "CT310").out
    assert "\x1b[1;31merror[CT310]\x1b[0m" in run("explain", "CT310", "--color", "always").out


def test_of_two_documents_the_lines_that_differ_are_shown(run):
    out = run("explain", "CT008")[1]
    assert 'encoding="UTF8-bogus"' in out
    assert 'encoding="UTF-8"' in out
    assert "ScheduledTime" not in out


def test_a_character_that_nobody_sees_is_named(run):
    assert "[U+00A0] <id>" in run("explain", "CT121")[1]
    assert "[U+FEFF]Spring" in run("explain", "CT376")[1]


@pytest.mark.parametrize("code", ["CT999", "ct888", "CT000"])
def test_another_number_is_not_a_misspelling(run, code):
    status, _, err = run("explain", code)
    assert status == 2
    assert err == f"ctct-migrate: there is no rule `{code}`; `ctct-migrate rules` lists them\n"
