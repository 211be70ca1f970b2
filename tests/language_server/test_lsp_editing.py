"""The language server over standard input and output, driven by a real client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
import pytest_lsp
from lsp_editor import CAMPAIGN, CONFIG, SAMPLES, Editor, started
from lsprotocol import types
from pytest_lsp import LanguageClient

from ctct_migrate import convert, read

pytestmark = pytest.mark.asyncio(loop_scope="module")


def path_of(uri: str) -> Path:
    """The file of a `file:` URI, on any system."""
    return Path(url2pathname(urlsplit(uri).path))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("project")


@pytest_lsp.fixture(config=CONFIG, scope="module")
async def session(lsp_client: LanguageClient, folder: Path) -> AsyncIterator[None]:
    lsp_client.editor = await started(lsp_client, folder)
    yield
    await lsp_client.shutdown_session()


@pytest.fixture(scope="module")
def editor(session: LanguageClient) -> Editor:
    return session.editor


async def test_diagnostics_come_with_all_that_editors_show(editor: Editor) -> None:
    uri = editor.open("shown.xml", CAMPAIGN)
    found = {str(each.code): each for each in await editor.diagnostics(uri)}
    assert list(found) == ["CT601", "CT310", "CT407"]
    greeting = found["CT310"]
    assert editor.text_at(uri, greeting.range) == "cmp_grt_name"
    assert greeting.severity is types.DiagnosticSeverity.Error
    assert found["CT601"].severity is types.DiagnosticSeverity.Warning
    assert greeting.message.startswith("`cmp_grt_name` is not a greeting name (expected FirstName")
    page, _, line = greeting.code_description.href.partition("#L")
    explained = path_of(page).read_text().split("\n")[int(line) - 1]
    assert explained == '<a id="CT310"></a>'
    (related,) = found["CT407"].related_information
    assert related.location.uri == uri
    assert "OrganizationState" in related.message


async def test_what_has_no_effect_is_faded(editor: Editor) -> None:
    text = CAMPAIGN.replace("<Status>", "<!-- ctct-migrate: ignore CT311 -->\n<Status>")
    uri = editor.open("faded.xml", text)
    tags = {str(each.code): each.tags for each in await editor.diagnostics(uri)}
    assert list(tags["CT090"]) == [types.DiagnosticTag.Unnecessary]
    assert tags["CT310"] is None


async def test_what_a_target_takes_no_more_is_struck_out(editor: Editor) -> None:
    def send(settings: dict[str, str]) -> None:
        editor.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams({"ctct-migrate": settings})
        )

    send({"shape": "create", "event-time-zone": "US/Eastern", "event-contact": "Ann"})
    event = (SAMPLES / "archive" / "event-detail.xml").read_text()
    uri = editor.open("event.xml", event.replace("DOOR", "GOOGLE_CHECKOUT"))
    found = {str(each.code): each for each in await editor.diagnostics(uri)}
    assert list(found["CT873"].tags) == [types.DiagnosticTag.Deprecated]
    assert editor.text_at(uri, found["CT873"].range) == "GOOGLE_CHECKOUT"
    send({})


async def test_a_fix_is_applied_and_its_diagnostic_goes(editor: Editor) -> None:
    uri = editor.open("fixed.xml", CAMPAIGN)
    await editor.diagnostics(uri)
    actions = await editor.actions(uri, editor.at(uri, "2010-09-28T05:22:42 01:00</"))
    first = actions[0]
    assert first.is_preferred
    assert first.title == "Write `2010-09-28T05:22:42+01:00`"
    await editor.apply(uri, first)
    assert editor.texts[uri] == CAMPAIGN.replace("42 01:00</", "42+01:00</")
    assert await editor.codes(uri) == ["CT310", "CT407"]


async def test_the_founding_campaign_becomes_v3_json(editor: Editor) -> None:
    """What a person does with nothing but an editor: the menus of actions, completion, and the body."""
    uri = editor.open("founding.xml", CAMPAIGN)
    await editor.diagnostics(uri)

    async def chosen(words: str, title: str) -> None:
        actions = await editor.actions(uri, editor.at(uri, words))
        await editor.apply(uri, next(each for each in actions if each.title.startswith(title)))
        await editor.diagnostics(uri)

    await chosen("2010-09-28T05:22:42 01:00</", "Fix all")
    await chosen("cmp_grt_name</", "Write `None`")
    await chosen("us</", "Add `<OrganizationState>`")
    place = editor.at(uri, "<OrganizationState>", len("<OrganizationState>"))
    states = await editor.completions(uri, place)
    assert states["MA"].detail == "Massachusetts"
    at = editor.texts[uri].index("</OrganizationState>")
    editor.edit(uri, at, at, states["MA"].text_edit.new_text)
    assert await editor.codes(uri) == []
    actions = await editor.actions(uri, editor.at(uri, "<Name>"))
    assert "Show the v3 body" in [each.title for each in actions]
    answer = await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams("ctct-migrate.convert", [{"uri": uri, "target": "v3"}])
    )
    body = json.loads(answer["text"])
    assert body["campaign"]["name"] == "cmp_name"
    shown = path_of(editor.client.shown.uri)
    assert json.loads(shown.read_text()) == body


async def test_bodies_of_documents_with_one_name_have_files_of_their_own(
    editor: Editor, folder: Path
) -> None:
    text = (SAMPLES / "good" / "campaign-001.xml").read_text()
    shown = {}
    for name in ("one", "two"):
        (folder / name).mkdir()
        uri = editor.open(f"{name}/campaign.xml", text.replace("cmp_name", name))
        await editor.client.workspace_execute_command_async(
            types.ExecuteCommandParams("ctct-migrate.convert", [uri, "v2"])
        )
        shown[name] = path_of(editor.client.shown.uri)
        assert shown[name].name.startswith("campaign-")
    assert {name: json.loads(file.read_text())["name"] for name, file in shown.items()} == {
        "one": "one",
        "two": "two",
    }


async def test_there_is_no_body_while_errors_stand_in_the_way(editor: Editor) -> None:
    uri = editor.open("no-body.xml", CAMPAIGN)
    answer = await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams("ctct-migrate.convert", [uri, "v3"])
    )
    assert not answer["ok"]
    assert "The first is in line 29: `cmp_grt_name` is not a greeting name." in answer["message"]
    assert editor.client.messages[-1].message == answer["message"]


async def test_of_a_feed_the_entries_without_mistakes_have_bodies(editor: Editor) -> None:
    entry = CAMPAIGN[CAMPAIGN.index("<entry") :]
    right = (SAMPLES / "good" / "campaign-001.xml").read_text()
    right = right[right.index("<entry") :]
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">\n{right}\n{entry}\n{right}</feed>'
    uri = editor.open("feed-of-three.xml", feed)
    answer = await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams("ctct-migrate.convert", [uri, "v2"])
    )
    assert [each["name"] for each in json.loads(answer["text"])] == ["cmp_name"] * 2
    assert "Not all of it: " in editor.client.messages[-1].message


async def test_a_target_that_there_is_not_is_a_message(editor: Editor) -> None:
    answer = await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams("ctct-migrate.convert", ["file:///a.xml", "v9"])
    )
    assert "there is no target `v9`" in answer["message"]


async def test_a_guess_is_called_one(editor: Editor) -> None:
    text = CAMPAIGN.replace("<Name>cmp_name</Name>", "<Name></Name>")
    uri = editor.open("guess.xml", text)
    await editor.diagnostics(uri)
    actions = await editor.actions(uri, editor.at(uri, "<Name></Name>", len("<Name>")))
    guesses = [each for each in actions if each.title.endswith("(a guess)")]
    assert guesses
    assert not any(each.is_preferred for each in guesses)


async def test_everything_certain_is_fixed_at_once(editor: Editor) -> None:
    text = CAMPAIGN.replace("cmp_grt_name<", "firstname<").replace(">NO<", ">no<")
    uri = editor.open("all.xml", text)
    await editor.diagnostics(uri)
    (action,) = await editor.actions(uri, editor.at(uri, "<entry"), only=["source.fixAll"])
    assert action.kind == "source.fixAll.ctct-migrate"
    await editor.apply(uri, action)
    expected = CAMPAIGN.replace("cmp_grt_name<", "FirstName<").replace("42 01:00</", "42+01:00</")
    assert editor.texts[uri] == expected


async def test_old_results_never_win(editor: Editor) -> None:
    """The first version takes long: a page with all its tags damaged. Each later one is quick."""
    rows = "".join(f"<Name>{n} &nbsp; & < > \n" for n in range(1_500))
    slow = CAMPAIGN.replace("</Subject>", "").replace("<Name>cmp_name", rows)
    uri = editor.open("fast.xml", slow)
    # Asking about it begins the look, if it has not begun; the second answer needs no look, and comes
    # after the first question was taken up.
    asked = asyncio.ensure_future(editor.hover(uri, types.Position(0, 0)))
    assert await editor.hover(editor.uri("not-open.xml"), types.Position(0, 0)) == ""
    for number in range(3):
        editor.set(uri, CAMPAIGN.replace("cmp_subject", f"subject {number}"))
    assert await editor.codes(uri) == ["CT601", "CT310", "CT407"]
    other = editor.open("other.xml", CAMPAIGN)
    assert await editor.codes(other) == ["CT601", "CT310", "CT407"]
    await asked  # the slow look is over
    third = editor.open("third.xml", CAMPAIGN)
    await editor.diagnostics(third)  # and what it would have published has been published
    versions = [each.version for each in editor.client.published if each.uri == uri]
    assert versions == sorted(set(versions))
    assert versions[-1] == 4
    assert [str(each.code) for each in editor.client.diagnostics[uri]] == [
        "CT601",
        "CT310",
        "CT407",
    ]


async def test_edits_land_where_the_editor_means_them(editor: Editor) -> None:
    """Line ends of Python's that are none of the protocol's, astral characters, CRLF."""
    text = CAMPAIGN.replace("cmp_subject", "a\u2028b\x85c \U0001f600\U0001f600").replace(
        "\n", "\r\n"
    )
    uri = editor.open("lines.xml", text)
    editor.replace(uri, "\U0001f600</Subject>", "!</Subject>")
    editor.replace(uri, "cmp_grt_name</", "FirstName</")
    found = {str(each.code): each for each in await editor.diagnostics(uri)}
    assert "CT310" not in found
    assert editor.text_at(uri, found["CT407"].range) == "us"


async def test_a_document_of_10_mb_is_answered_with_one_information(editor: Editor) -> None:
    uri = editor.open("large.xml", CAMPAIGN.replace("cmp_email_content", "x" * 10_000_000))
    (only,) = await editor.diagnostics(uri)
    assert only.severity is types.DiagnosticSeverity.Information
    assert "too many to be checked" in only.message
    assert [m for m in editor.client.messages if "too many to be checked" in m.message]
    messages = len(editor.client.messages)
    at = editor.texts[uri].index("cmp_name")
    editor.edit(uri, at, at, "y")
    await editor.diagnostics(uri)
    assert len(editor.client.messages) == messages
    editor.close(uri)


async def test_other_documents_are_left_alone(editor: Editor) -> None:
    texts = {
        "pom.xml": '<project xmlns="http://maven.apache.org/POM/4.0.0"><name>x</name></project>',
        "package.json": '{"name": "x", "version": "1.0.0", "scripts": {"build": "tsc"}}',
        "tsconfig.json": '{"compilerOptions": {"strict": true,}, // with a comment\n}',
        "feed.xml": '<feed xmlns="http://www.w3.org/2005/Atom"><title>A blog</title></feed>',
        "empty.xml": "",
        "page.xml": "<html><body><p>Hello</body></html>",
    }
    for name, text in texts.items():
        assert await editor.codes(editor.open(name, text)) == [], name


async def test_hover_says_what_it_means_and_what_becomes_of_it(editor: Editor) -> None:
    uri = editor.open("hover.xml", CAMPAIGN)
    said = await editor.hover(uri, editor.at(uri, "<GreetingName>", 3))
    assert "Which of the recipient's names stands in the greeting" in said
    assert "`FirstAndLastName`" in said
    assert "v2: `/greeting_name`" in said
    assert "v3: " in said
    said = await editor.hover(uri, editor.at(uri, "NO</ViewAsWebpage>", 1))
    assert said.startswith("`NO`: No")
    said = await editor.hover(uri, editor.at(uri, "rel=", 1))
    assert "**`rel`** of `<link>`" in said
    assert await editor.hover(uri, editor.at(uri, "<?xml", 2)) == ""


async def test_completion_works_while_the_tag_is_typed(editor: Editor) -> None:
    uri = editor.open("typing.xml", CAMPAIGN)
    at = editor.texts[uri].index("<OrganizationCountry>")
    editor.edit(uri, at, at, "<Org")
    found = await editor.completions(uri, editor.position(uri, at + len("<Org")))
    assert next(iter(found)) == "OrganizationState"
    assert "OrganizationCity" not in found  # it is there already
    assert editor.text_at(uri, found["OrganizationState"].text_edit.range) == "<Org"


async def test_symbols_are_named_as_people_know_them(editor: Editor) -> None:
    uri = editor.open("symbols.xml", CAMPAIGN)
    (entry,) = await editor.client.text_document_document_symbol_async(
        types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    )
    assert (entry.name, entry.detail) == ("entry", "Campaign cmp_name")
    content = next(each for each in entry.children if each.name == "content")
    campaign = content.children[0]
    assert (campaign.name, campaign.detail) == ("Campaign", "cmp_name")
    name = campaign.children[0]
    assert (name.name, name.detail) == ("Name", "cmp_name")


async def test_json_bodies_of_both_targets_are_checked(editor: Editor) -> None:
    v2 = {"name": "n", "subject": "s", "from_name": "f", "from_email": "a@b.example",
          "reply_to_email": "a@b.example", "email_content": "<html><body/></html>",
          "greeting_name": "NOBODY", "email_content_format": "HTML", "text_content": "t"}  # fmt: skip
    uri = editor.open("v2.json", json.dumps(v2, indent=1), "json")
    found = {str(each.code): each for each in await editor.diagnostics(uri)}
    assert editor.text_at(uri, found["CT892"].range) == '"NOBODY"'
    titles = [each.title for each in await editor.actions(uri, found["CT892"].range)]
    assert titles == [
        f"Write `{each}`" for each in ("FIRST_NAME", "LAST_NAME", "FIRST_AND_LAST_NAME", "NONE")
    ]
    said = await editor.hover(uri, editor.at(uri, "greeting_name", 2))
    assert "**`/greeting_name`** in v2" in said
    assert "v1: `GreetingName`" in said
    (payload,) = convert(read(SAMPLES / "good" / "campaign-000.xml"), target="v3")
    v3 = json.dumps(payload.body, indent=1)
    assert await editor.codes(editor.open("right-v3.json", v3, "json")) == []
    uri = editor.open("v3.json", v3.replace('"format_type": 5', '"format_type": "five"'), "json")
    (found_one,) = await editor.diagnostics(uri)
    assert editor.text_at(uri, found_one.range) == '"five"'


async def test_settings_are_taken_up_while_it_runs(editor: Editor) -> None:
    uri = editor.open("settings.xml", CAMPAIGN)
    await editor.diagnostics(uri)
    client = editor.client
    client.set_configuration({"ctct-migrate": {"ignore": ["CT6"], "target": ""}})
    client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
    await editor.until(uri, ["CT310", "CT407"])
    wrong = {"ignore": ["CT407"], "target": "v9", "timeZone": "Z"}
    client.set_configuration({"ctct-migrate": wrong})
    client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
    await editor.until(uri, ["CT601", "CT310"])
    assert "settings: target" in client.messages[-1].message
    client.set_configuration({})
    client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
    await editor.until(uri, ["CT601", "CT310", "CT407"])


async def test_a_broken_configuration_is_shown_in_its_file(editor: Editor, folder: Path) -> None:
    uri = editor.open("configured.xml", CAMPAIGN)
    await editor.diagnostics(uri)
    file = folder / "ctct-migrate.toml"
    client = editor.client

    def changed() -> None:
        change = types.FileEvent(file.as_uri(), types.FileChangeType.Changed)
        client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))

    file.write_text('ignore = ["CT601"]\ntarget = "v9"\n')
    changed()
    (error,) = await editor.until(file.as_uri(), ["None"])
    assert "`v9`" in error.message
    assert error.range.start.line == 1
    assert str(file) in client.messages[-1].message
    await editor.until(uri, ["CT601", "CT310", "CT407"])
    file.write_text('ignore = ["CT601"]\n')
    changed()
    await editor.until(file.as_uri(), [])
    await editor.until(uri, ["CT310", "CT407"])
    file.unlink()
    changed()
    await editor.until(uri, ["CT601", "CT310", "CT407"])


async def test_the_server_asks_for_changes_of_files(editor: Editor) -> None:
    methods = {each.method for each in editor.client.registrations}
    assert "workspace/didChangeWatchedFiles" in methods


async def test_a_closed_document_has_no_diagnostics(editor: Editor) -> None:
    uri = editor.open("closed.xml", CAMPAIGN)
    await editor.diagnostics(uri)
    editor.close(uri)
    await editor.until(uri, [])
