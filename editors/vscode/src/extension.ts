/**
 * The extension: starts `ctct-migrate lsp`, hands the settings on, and shows bodies beside documents.
 * All else is done by the server.
 */

import * as vscode from "vscode";
import { LanguageClient, State } from "vscode-languageclient/node";

import { Bodies, type Body } from "./bodies";
import { INSTALL, problemOf, serverCommand } from "./serverCommand";

const SECTION = "ctct-migrate";
const CONVERT = "ctct-migrate.convert";
const TARGETS = ["v2", "v3"];

let client: LanguageClient | undefined;

/** Why there is no server; undefined if there is one. */
let problem: string | undefined;

/** Whether the user was told of it, once a session. */
let reported = false;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const bodies = new Bodies();
  const output = vscode.window.createOutputChannel("ctct-migrate", { log: true });
  context.subscriptions.push(bodies, output);
  for (const target of TARGETS) {
    context.subscriptions.push(
      vscode.commands.registerCommand(`ctct-migrate.showBody.${target}`, () => showBody(target)),
    );
  }
  context.subscriptions.push(
    vscode.commands.registerCommand("ctct-migrate.fixAll", fixAll),
    vscode.commands.registerCommand("ctct-migrate.restart", () => restart(bodies, output)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => restart(bodies, output)),
    vscode.workspace.onDidOpenTextDocument(reportProblem),
    vscode.workspace.onDidSaveTextDocument((document) => renew(document, bodies)),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration(`${SECTION}.path`)) {
        await restart(bodies, output);
      }
    }),
    vscode.languages.onDidChangeDiagnostics(showButton),
    vscode.window.onDidChangeActiveTextEditor(showButton),
  );
  await start(bodies, output);
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function start(bodies: Bodies, output: vscode.LogOutputChannel): Promise<void> {
  const trusted = vscode.workspace.isTrusted;
  const command = serverCommand({
    trusted,
    setting: vscode.workspace.getConfiguration(SECTION).get<string>("path", "").trim(),
    interpreter: trusted ? await interpreter() : undefined,
    folders: trusted ? (vscode.workspace.workspaceFolders ?? []).map((each) => each.uri.fsPath) : [],
    searched: process.env["PATH"] ?? "",
  });
  problem = await problemOf(command);
  if (problem !== undefined || command === undefined) {
    output.error(problem ?? "");
    vscode.workspace.textDocuments.forEach(reportProblem);
    return;
  }
  client = new LanguageClient(
    SECTION,
    "ctct-migrate",
    { command, args: ["lsp"] },
    {
      documentSelector: ["file", "untitled"].flatMap((scheme) =>
        ["xml", "json"].map((language) => ({ scheme, language })),
      ),
      initializationOptions: { "open-bodies": false }, // it asks for the settings by itself
      outputChannel: output,
      middleware: {
        // The menu of actions has "Show the v3 body" as a command of the server.
        executeCommand: async (name, given, next) => {
          const answer: unknown = await next(name, given);
          const said = given[0] as { uri?: string } | string | undefined;
          const uri = typeof said === "string" ? said : said?.uri;
          if (name === CONVERT && uri !== undefined && (answer as Body | null)?.ok) {
            await bodies.show(vscode.Uri.parse(uri), answer as Body);
          }
          return answer;
        },
      },
    },
  );
  await client.start();
}

/** Reports that there is no server, once, when there is XML: every project has some JSON. */
function reportProblem(document: vscode.TextDocument): void {
  if (problem !== undefined && !reported && document.languageId === "xml") {
    reported = true;
    void offerHelp(problem);
  }
}

async function restart(bodies: Bodies, output: vscode.LogOutputChannel): Promise<void> {
  await client?.stop();
  client = undefined;
  reported = false;
  await start(bodies, output);
}

/** The interpreter that is selected in the Python extension, if that is there. */
async function interpreter(): Promise<string | undefined> {
  const python = vscode.extensions.getExtension("ms-python.python");
  if (python === undefined) {
    return undefined;
  }
  const api: unknown = await python.activate();
  const environments = (api as { environments?: { getActiveEnvironmentPath?(): { path?: string } } })
    .environments;
  return environments?.getActiveEnvironmentPath?.()?.path;
}

async function offerHelp(message: string): Promise<void> {
  const copy = "Copy the Command";
  const settings = "Open Settings";
  const chosen = await vscode.window.showErrorMessage(`ctct-migrate: ${message}`, copy, settings);
  if (chosen === copy) {
    await vscode.env.clipboard.writeText(INSTALL);
  } else if (chosen === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", `${SECTION}.path`);
  }
}

/** Whether there is a server to ask; if not, the user is told why. */
function isRunning(known: LanguageClient | undefined): known is LanguageClient {
  if (known?.state === State.Running) {
    return true;
  }
  void offerHelp(problem ?? "The server is not running (ctct-migrate: Restart the Server).");
  return false;
}

async function showBody(target: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || !isRunning(client)) {
    return;
  }
  const uri = client.code2ProtocolConverter.asUri(editor.document.uri);
  await vscode.commands.executeCommand(CONVERT, { uri, target });
}

/** Asks for the bodies that are shown of a document anew. */
async function renew(document: vscode.TextDocument, bodies: Bodies): Promise<void> {
  if (client?.state !== State.Running) {
    return;
  }
  for (const target of bodies.shown(document.uri)) {
    const body: Body | undefined = await client?.sendRequest("workspace/executeCommand", {
      command: CONVERT,
      arguments: [{ uri: client.code2ProtocolConverter.asUri(document.uri), target }],
    });
    if (body) {
      bodies.renew(document.uri, body);
    }
  }
}

async function fixAll(): Promise<void> {
  if (!isRunning(client)) {
    return;
  }
  await vscode.commands.executeCommand("editor.action.codeAction", {
    kind: "source.fixAll.ctct-migrate",
    apply: "first",
  });
}

/** Shows the button in the title of an editor where the server has something to say of its document. */
async function showButton(): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const found = uri === undefined ? [] : vscode.languages.getDiagnostics(uri);
  const ours = found.some((each) => each.source === SECTION);
  await vscode.commands.executeCommand("setContext", "ctct-migrate.hasDiagnosed", ours);
}
