"""Nobody who opted out in one document of a run is created from another, whatever their order."""

from __future__ import annotations

import json
import zipfile
from itertools import permutations
from pathlib import Path

import pytest
from account_documents import contact, contact_list, feed, form, member, opted_out

NEW, OUT, OTHER = (
    contact("Ada@Example.org"),
    opted_out("ada@example.org"),
    contact("bob@example.org"),
)


@pytest.fixture
def written(folder):
    def write(**documents: str) -> list[str]:
        for name, text in documents.items():
            Path(f"{name}.xml").write_text(text, encoding="utf-8")
        return [f"{name}.xml" for name in documents]

    return write


def addresses(out: str) -> list[str]:
    bodies = [json.loads(line)["body"] for line in out.splitlines()]
    return [body["email_addresses"][0]["email_address"] for body in bodies]


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_the_order_does_not_matter(run, written, order) -> None:
    documents = dict(zip(order, (NEW, OUT, OTHER), strict=True))
    names = written(**dict(sorted(documents.items())))
    status, out, err = run("convert", *sorted(names))
    assert status == 1
    assert addresses(out) == ["bob@example.org"]
    assert f"error[CT627]: this contact opted out, as {order[1]}.xml:7 says" in err


@pytest.mark.parametrize(
    "address", ["ada@example.org", " ADA@example.org\n", "mailto:ada@example.org", "Ada &lt;ada@Example.org&gt;", "ada @example.org"]
)  # fmt: skip
def test_addresses_are_the_same_however_they_are_written(run, written, address) -> None:
    names = written(new=NEW, out=opted_out(address))
    status, out, err = run("convert", *names)
    assert (status, out) == (1, "")
    assert "CT627" in err


@pytest.mark.parametrize("status", ["do not mail", "DoNotMail", "Do-Not-Mail"])
def test_the_wish_is_read_however_it_is_written(run, written, status) -> None:
    names = written(new=NEW, out=contact("ada@example.org", (), status, 7))
    _, out, err = run("convert", *names)
    assert "CT627" in err
    assert out == ""


@pytest.mark.parametrize(
    "broken",
    [
        OUT.replace("Status>", "status>"),
        OUT.replace("EmailAddress>", "EmailAdress>"),
        OUT.replace("</entry>", ""),
        OUT.replace("<title>One", "<title>One & all"),
        OUT.replace("http://ws.constantcontact.com/ns/1.0/", "http://ws.constantcontact.com/ns/1.1/"),
    ],
    ids=["letter case", "misspelt", "cut", "malformed", "namespace"],
)  # fmt: skip
def test_a_document_with_mistakes_says_it_too(run, written, broken) -> None:
    _, out, err = run("convert", *written(new=NEW, out=broken))
    assert "CT627" in err
    assert out == ""


def test_members_of_the_list_of_those_who_opted_out_have(run, written) -> None:
    members = feed([member("ada@example.org", "do-not-mail", 7)], "lists/do-not-mail/members")
    _, out, err = run("convert", *written(new=NEW, out=members))
    assert "CT627" in err
    assert out == ""


def test_lint_warns_and_says_what_convert_does_for_a_shape(run, written) -> None:
    names = written(new=NEW, out=contact("ada@example.org", (3,), "Do Not Mail", 7))
    status, out, _ = run("lint", "--format", "concise", *names)
    assert status == 0
    assert "new.xml:7:74: CT627 warning" in out
    status, out, _ = run("lint", "--format", "concise", "--shape", "create", *names)
    assert status == 1
    assert "new.xml:7:74: CT627 error" in out
    _, out, _ = run("lint", "--format", "concise", "--shape", "record", *names)
    assert "CT627" not in out
    status, out, _ = run("convert", "--shape", "record", *names)
    assert len(addresses(out)) == 2


def test_updates_that_put_on_a_list_are_stopped(run, written) -> None:
    names = written(new=contact("ada@example.org", number=8), out=OUT)
    _, _, err = run("convert", "--shape", "update", *names)
    assert "error[CT627]" in err


def test_removed_is_a_warning(run, written) -> None:
    names = written(new=NEW, out=contact("ada@example.org", (), "Removed", 7))
    _, out, err = run("convert", *names)
    assert "warning[CT628]: this contact was taken off all lists, as out.xml:7 says" in err
    assert addresses(out) == ["Ada@Example.org"]


def test_the_stronger_wish_counts(run, written) -> None:
    removed = contact("ada@example.org", (), "Removed", 7)
    _, out, err = run("convert", *written(a=removed, b=NEW, c=OUT))
    assert "this contact opted out, as c.xml:7 says" in err
    assert out == ""


def test_feeds_archives_and_folders(run, written, folder) -> None:
    written(list=contact_list(3))
    Path("docs").mkdir()
    entries = [contact(f"p{n}@example.org", number=n + 1, alone=False) for n in range(30)]
    Path("docs/new.xml").write_text(feed(entries))
    outs = [opted_out("P12@example.org", 90, alone=False), opted_out("p3@example.org", 91, alone=False)]  # fmt: skip
    with zipfile.ZipFile("docs/out.zip", "w") as archive:
        archive.writestr("2010/out.xml", feed(outs))
    _, out, err = run("convert", "docs")
    left = set(addresses(out))
    assert left == {f"p{n}@example.org" for n in range(30)} - {"p12@example.org", "p3@example.org"}
    assert "docs/out.zip!/2010/out.xml:" in err


def test_a_large_feed_is_one_document_after_the_other(run, folder) -> None:
    entries = [contact(f"p{n}@example.org", number=n + 1, alone=False) for n in range(20)]
    Path("f.xml").write_text(feed([*entries, opted_out("p3@example.org", 99, alone=False)]))
    for jobs in ("1", "2"):
        _, out, err = run("convert", "--limit", "whole=2K", "-j", jobs, "f.xml")
        assert len(addresses(out)) == 19
        assert err.count("CT627") == 2  # and once in the list of codes
        assert "p3@example.org" not in out
    status, out, _ = run("lint", "--limit", "whole=2K", "--format", "concise", "-", stdin=Path("f.xml").read_bytes())  # fmt: skip
    assert status == 0
    assert "CT627 warning: this contact opted out, as -:" in out


def test_a_folder_of_bodies_and_its_manifest(run, written) -> None:
    names = written(new=NEW, out=OUT, other=OTHER)
    status, _, _ = run("convert", *names, "-o", "json", "--manifest", "m.jsonl")
    assert status == 1
    assert [path.name for path in Path("json").iterdir()] == ["other.json"]
    lines = {line["source"]: line for line in map(json.loads, Path("m.jsonl").read_text().splitlines())}  # fmt: skip
    assert (lines["new.xml"]["status"], lines["new.xml"]["codes"]) == ("refused", ["CT627"])


def test_bulk_requests_hold_nobody_who_opted_out(run, written) -> None:
    members = feed([member("ada@example.org", 4, 7), member("eve@example.org", 4, 8)], "lists/4/members")  # fmt: skip
    names = written(new=NEW, other=OTHER, members=members, out=OUT)
    status, out, err = run("convert", "--bulk", "addcontacts", *names)
    assert status == 1
    assert "ada@" not in out.lower()
    assert "bob@example.org" in out
    assert "eve@example.org" in out
    assert err.count("error[CT627]") == 2
    _, out, err = run("convert", "--bulk", "removefromlists", *names)
    assert out.lower().count('"email_address":"ada@example.org"') == 2
    assert "CT627" not in err


def test_rows_of_forms(run, written) -> None:
    names = written(out=OUT)
    Path("add.txt").write_text(form("new@example.org", "ada@example.org"))
    Path("remove.txt").write_text(form("ada@example.org", kind="REMOVE_CONTACTS_FROM_LISTS"))
    _, out, err = run("convert", *names, "add.txt", "remove.txt")
    assert "error[CT627]: this row's contact opted out, as out.xml:7 says" in err
    assert " --> add.txt:1:70" in err
    assert [json.loads(line)["resource"] for line in out.splitlines()] == ["removefromlists"]
    _, out, _ = run("lint", "--format", "concise", *names, "add.txt", "remove.txt")
    assert "add.txt:1:70: CT627 warning" in out
    assert out.count("CT627") == 1


def test_send_sends_none_of_them(run, written) -> None:
    names = written(new=NEW, list=contact_list(3), other=OTHER, out=OUT)
    status, out, err = run("send", "--sandbox", *names)
    assert status == 1
    assert "error[CT627]" in err
    assert [line.split()[0] for line in out.splitlines() if "done" in line] == [
        "list.xml",
        "other.xml",
    ]


def test_one_document_alone_is_judged_by_itself(run, written) -> None:
    status, _, err = run("convert", *written(new=NEW))
    assert (status, "CT6" in err) == (0, False)


def test_a_run_that_is_gone_on_with_takes_back_who_opted_out_since(run, written) -> None:
    written(new=NEW, other=OTHER)
    again = ("-o", "json", "--manifest", "m.jsonl")
    assert run("convert", "new.xml", "other.xml", *again).status == 0
    written(out=OUT)
    status, _, err = run("convert", "new.xml", "other.xml", "out.xml", *again, "--resume")
    assert status == 1
    assert "CT627" in err
    assert "1 unchanged" in err
    assert [path.name for path in Path("json").iterdir()] == ["other.json"]
