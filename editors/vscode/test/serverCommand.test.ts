import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
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

test("the setting comes first, then environments, then the path", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "ctct-"));
  assert.equal(serverCommand({ setting: "/a/b", folders: [folder] }), "/a/b");
  assert.equal(serverCommand({ setting: "", folders: [folder] }), "ctct-migrate");
  const own = script(path.join(folder, ".venv", posix ? "bin" : "Scripts"), "");
  assert.equal(serverCommand({ setting: "", folders: [folder] }), own);
  const beside = script(path.join(folder, "env"), "");
  const interpreter = path.join(folder, "env", "python3");
  assert.equal(serverCommand({ setting: "", interpreter, folders: [folder] }), beside);
});

test("a server that is not there, or not whole, is told with what to do", { skip: !posix }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "ctct-"));
  assert.match((await problemOf(path.join(folder, "none"))) ?? "", /Install the server: pipx install/);
  const without = script(folder, 'echo "ctct-migrate: lsp needs pygls: pip install" >&2; exit 2');
  assert.match((await problemOf(without)) ?? "", /cannot be started: ctct-migrate: lsp needs pygls/);
  assert.equal(await problemOf(script(folder, "cat >/dev/null")), undefined);
});
