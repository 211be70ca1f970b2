"""The server in a real editor: headless Neovim, set up by the code of docs/editors/neovim.md."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "editors" / "neovim.md"
SAMPLE = ROOT / "samples" / "bad" / "campaign-001.xml"

NVIM = shutil.which("nvim")
pytestmark = pytest.mark.skipif(NVIM is None, reason="there is no nvim")

#: What a person does, in Lua: looks at the mistakes, picks fixes in the menu, completes a value, asks
#: for the body.  Menus are answered by the beginning of a title.
SCRIPT = """
local out, heard = {}, {}
local function wait(what, condition)
  if not vim.wait(30000, condition, 20) then error("waited for " .. what) end
end
local function codes()
  local found = {}
  for _, each in ipairs(vim.diagnostic.get(0)) do table.insert(found, each.code) end
  table.sort(found)
  return table.concat(found, " ")
end
local function go(words)
  vim.fn.cursor(1, 1)
  if vim.fn.search(words) == 0 then error("there is no " .. words) end
end
local function act(words, title)
  go(words)
  local before, shown = vim.api.nvim_buf_get_changedtick(0), {}
  vim.ui.select = function(items, options, choose)
    for _, each in ipairs(items) do local title_of = options.format_item(each); table.insert(shown, title_of) end
    for at, each in ipairs(items) do
      if vim.startswith(options.format_item(each), title) then return choose(each, at) end
    end
    error("there is no " .. title .. " in " .. table.concat(shown, "; "))
  end
  vim.lsp.buf.code_action()
  return shown, before
end
local function fix(words, title)
  local shown, before = act(words, title)
  wait("a fix of " .. words, function() return vim.api.nvim_buf_get_changedtick(0) ~= before end)
  return shown
end
local function run()
  vim.cmd("edit " .. vim.env.SAMPLE)
  wait("mistakes", function() return codes():find("CT407") end)
  out.first = codes()
  for _, each in ipairs(vim.diagnostic.get(0)) do
    if each.code == "CT310" then
      out.place = { each.lnum, each.col, each.end_lnum, each.end_col }
    end
  end
  out.menu = fix("28T05:22:42 01:00<", "Write `2010-09-28T05:22:42+01:00`")
  fix("cmp_grt_name<", "Write `FirstName`")
  fix("us<", "Add `<OrganizationState>`")
  wait("the new element", function() return codes():find("CT313") or codes():find("CT407") end)
  go("<OrganizationState>")
  vim.fn.cursor(vim.fn.line("."), vim.fn.col(".") + #"<OrganizationState>")
  local params = vim.lsp.util.make_position_params()
  local answers = vim.lsp.buf_request_sync(0, "textDocument/completion", params, 20000)
  for _, answer in pairs(answers) do
    for _, item in ipairs(answer.result.items) do
      if item.label == "MA" then vim.lsp.util.apply_text_edits({ item.textEdit }, 0, "utf-16") end
    end
  end
  wait("no errors", function() return codes() ~= "" and not codes():find("CT[34]") end)
  out.left = codes()
  local hover = vim.lsp.buf_request_sync(0, "textDocument/hover", params, 20000)
  for _, answer in pairs(hover) do out.hover = answer.result.contents.value end
  vim.cmd("write")
  act("<Campaign ", "Show the v3 body")
  wait("the body", function() return vim.bo.filetype == "json" end)
  out.body = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n")
end
local ok, problem = pcall(run)
if not ok then out.problem = tostring(problem) end
vim.fn.writefile({ vim.fn.json_encode(out) }, vim.env.OUT)
vim.cmd("qall!")
"""


def block(heading: str) -> str:
    """The Lua code below a heading of the page."""
    found = re.search(
        rf"^## {re.escape(heading)}\n(?:(?!#|```)[^\n]*\n)*```lua\n(.*?)^```",
        PAGE.read_text(),
        re.M | re.S,
    )
    assert found is not None
    return found[1]


def version() -> tuple[int, int]:
    assert NVIM is not None
    said = subprocess.run([NVIM, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"v(\d+)\.(\d+)", said)
    assert found is not None
    return int(found[1]), int(found[2])


def test_the_founding_campaign_becomes_v3_json_in_neovim(tmp_path: Path) -> None:
    if version() < (0, 7):
        pytest.skip("the page is for Neovim 0.7 and later")
    heading = "Neovim 0.11 and later" if version() >= (0, 11) else "Neovim 0.7 to 0.10"
    sample, out = tmp_path / "campaign.xml", tmp_path / "out.json"
    shutil.copy(SAMPLE, sample)
    (tmp_path / "init.lua").write_text(block(heading))
    (tmp_path / "script.lua").write_text(SCRIPT)
    commands = tmp_path / "bin"
    commands.mkdir()
    server = commands / "ctct-migrate"
    server.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ctct_migrate "$@"\n')
    server.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path),
        "SAMPLE": str(sample), "OUT": str(out),
    }  # fmt: skip
    assert NVIM is not None
    done = subprocess.run(
        [NVIM, "--headless", "-u", "init.lua", "-i", "NONE", "-n", "-c", "luafile script.lua"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    said: dict[str, Any] = json.loads(out.read_text()) if out.exists() else {}
    assert said.get("problem") is None, (said, done.stdout, done.stderr)
    assert said["first"].split()[:3] == ["CT310", "CT407", "CT601"]
    assert said["place"] == [28, 20, 28, 32]
    assert "Fix all that is certain in this document" in said["menu"]
    expected = SAMPLE.read_text().replace("42 01:00</", "42+01:00</")
    expected = expected.replace("cmp_grt_name</", "FirstName</")
    state = "\n      <OrganizationState>MA</OrganizationState>"
    assert sample.read_text() == expected.replace("</ReplyToEmail>", f"</ReplyToEmail>{state}")
    assert said["hover"].startswith("`MA`: Massachusetts")
    body = json.loads(said["body"])
    assert body["campaign"]["name"] == "cmp_name"
    address = body["campaign"]["email_campaign_activities"][0]["physical_address_in_footer"]
    assert address["state_code"] == "MA"
