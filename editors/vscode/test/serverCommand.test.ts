import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";

import { problemOf, serverCommand } from "../src/serverCommand";

const posix = process.platform !== "win32";

function script(folder: string, text: string): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, posix ? "ctct-migrate" : "ctct-migrate.exe");
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A folder with a server in its `.venv`, one in another environment, and one on the search path. */
function project() {
  const folder = mkdtempSync(path.join(tmpdir(), "ctct-"));
  const elsewhere = mkdtempSync(path.join(tmpdir(), "ctct-path-"));
  return {
    folder,
    own: script(path.join(folder, ".venv", posix ? "bin" : "Scripts"), ""),
    beside: script(path.join(folder, "env"), ""),
    installed: script(elsewhere, ""),
    places: {
      trusted: true,
      setting: "",
      folders: [folder],
      searched: ["relative", "", ".", elsewhere].join(path.delimiter),
    },
    interpreter: path.join(folder, "env", "python3"),
  };
}

test("the setting comes first, then environments, then the search path", () => {
  const { folder, own, beside, installed, places, interpreter } = project();
  const setting = path.resolve(folder, "a", "b");
  assert.equal(serverCommand({ ...places, setting, interpreter }), setting);
  assert.equal(serverCommand({ ...places, setting: path.join("a", "b") }), setting);
  assert.equal(serverCommand({ ...places, interpreter }), beside);
  assert.equal(serverCommand(places), own);
  rmSync(own);
  assert.equal(serverCommand(places), installed);
  assert.equal(serverCommand({ ...places, setting: "ctct-migrate" }), installed);
  assert.equal(serverCommand({ ...places, searched: "" }), undefined);
});

test("nothing in a folder that is not trusted is started", () => {
  const { folder, installed, places, interpreter } = project();
  const untrusted = { ...places, trusted: false };
  assert.equal(serverCommand(untrusted), installed);
  assert.equal(serverCommand({ ...untrusted, interpreter }), installed);
  assert.equal(serverCommand({ ...untrusted, interpreter, searched: "" }), undefined);
  const inFolder = path.join(".venv", posix ? "bin" : "Scripts", path.basename(installed));
  assert.equal(serverCommand({ ...untrusted, setting: inFolder }), undefined);
  assert.equal(serverCommand({ ...untrusted, setting: installed }), installed);
  const before = process.cwd();
  process.chdir(path.dirname(path.join(folder, inFolder))); // what a relative search path would find
  try {
    assert.equal(serverCommand({ ...untrusted, searched: ["", "."].join(path.delimiter) }), undefined);
  } finally {
    process.chdir(before);
  }
});

test("a server that is not there, or not whole, is reported with what to do", { skip: !posix }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "ctct-"));
  assert.match((await problemOf(path.join(folder, "none"))) ?? "", /Install the server: pipx install/);
  assert.match((await problemOf(undefined)) ?? "", /Install the server: pipx install/);
  const without = script(folder, 'echo "ctct-migrate: lsp needs pygls: pip install" >&2; exit 2');
  assert.match((await problemOf(without)) ?? "", /cannot be started: ctct-migrate: lsp needs pygls/);
  assert.equal(await problemOf(script(folder, "cat >/dev/null")), undefined);
});
