/**
 * Where the server is: the command that starts it, and what is wrong if it cannot be started.
 *
 * Nothing here knows of VS Code.
 */

import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import * as path from "node:path";

/** What installs the server, for people who have none. */
export const INSTALL = 'pipx install "ctct-migrate[lsp]"';

const SCRIPT = process.platform === "win32" ? "ctct-migrate.exe" : "ctct-migrate";
const SCRIPTS = process.platform === "win32" ? "Scripts" : "bin";

/** What is known of the places in which the server may be. */
export interface Places {
  /** Whether the user trusts the folders that are open; if not, no program in them is started. */
  trusted: boolean;
  /** The setting `ctct-migrate.path`; empty where it is not set. */
  setting: string;
  /** The interpreter that is selected in VS Code, if there is one. */
  interpreter?: string | undefined;
  /** The folders that are open. */
  folders: readonly string[];
  /** The search path of programs, as the environment has it. */
  searched: string;
}

/**
 * The command of the server, as a whole path: as the setting says; else that of the selected
 * interpreter's environment, or of a `.venv` in a folder that is open, if it is there; else the one on
 * the search path; undefined if there is none.
 *
 * Nothing of folders that are not trusted is started: their `.venv` and the interpreter, which may be
 * in them, do not count, nor does a setting or a search path that is relative. A bare name is looked
 * for here, since Windows would look for it in the open folder first.
 */
export function serverCommand(places: Places): string | undefined {
  const { setting, trusted } = places;
  if (setting) {
    if (path.isAbsolute(setting)) {
      return setting;
    }
    if (path.basename(setting) === setting) {
      return onSearchPath(setting, places.searched);
    }
    const folder = places.folders[0];
    return trusted && folder !== undefined ? path.resolve(folder, setting) : undefined;
  }
  if (trusted) {
    const beside = places.interpreter ? [path.join(path.dirname(places.interpreter), SCRIPT)] : [];
    const own = places.folders.map((folder) => path.join(folder, ".venv", SCRIPTS, SCRIPT));
    const found = [...beside, ...own].find((each) => existsSync(each));
    if (found !== undefined) {
      return found;
    }
  }
  return onSearchPath(SCRIPT, places.searched);
}

/** The file that a bare name means; relative parts of the search path are left out. */
function onSearchPath(name: string, searched: string): string | undefined {
  const file = process.platform === "win32" && !path.extname(name) ? `${name}.exe` : name;
  return searched
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, file))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Why the server cannot be started, in one line for the user; undefined if it can. The server is tried
 * with a client that goes away at once. `command` is what `serverCommand` found.
 */
export async function problemOf(command: string | undefined): Promise<string | undefined> {
  if (command === undefined) {
    return `There is no ctct-migrate. Install the server: ${INSTALL}`;
  }
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
