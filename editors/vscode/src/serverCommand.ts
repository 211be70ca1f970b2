/**
 * Where the server is: the command that starts it, and what is wrong if it cannot be started.
 *
 * Nothing here knows of VS Code.
 */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import * as path from "node:path";

/** What installs the server, for people who have none. */
export const INSTALL = 'pipx install "ctct-migrate[lsp]"';

const SCRIPT = process.platform === "win32" ? "ctct-migrate.exe" : "ctct-migrate";
const SCRIPTS = process.platform === "win32" ? "Scripts" : "bin";

/** What is known of the places in which the server may be. */
export interface Places {
  /** The setting `ctct-migrate.path`; empty where it is not set. */
  setting: string;
  /** The interpreter that is selected in VS Code, if there is one. */
  interpreter?: string | undefined;
  /** The folders that are open. */
  folders: readonly string[];
}

/**
 * The command of the server: as the setting says; else that of the selected interpreter's environment,
 * or of a `.venv` in a folder that is open, if it is there; else the one on the path.
 */
export function serverCommand(places: Places): string {
  if (places.setting) {
    return places.setting;
  }
  const beside = places.interpreter ? [path.join(path.dirname(places.interpreter), SCRIPT)] : [];
  const own = places.folders.map((folder) => path.join(folder, ".venv", SCRIPTS, SCRIPT));
  return [...beside, ...own].find((each) => existsSync(each)) ?? "ctct-migrate";
}

/**
 * Why the server cannot be started, in one line for the user; undefined if it can. The server is tried
 * with a client that goes away at once.
 */
export function problemOf(command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const tried = execFile(command, ["lsp"], { timeout: 30_000 }, (error, _out, said) => {
      if (error === null) {
        resolve(undefined);
      } else if (error.code === "ENOENT") {
        resolve(`There is no ${command}. Install the server: ${INSTALL}`);
      } else {
        const line = said.trim().split("\n").pop() || error.message;
        resolve(`${command} cannot be started: ${line}`);
      }
    });
    tried.stdin?.on("error", () => undefined); // it may be gone already
    tried.stdin?.end();
  });
}
