/**
 * The JSON that a document becomes, in a read-only editor beside it; made again when the document is
 * saved.
 */

import * as vscode from "vscode";

const SCHEME = "ctct-migrate-body";

/** What the server answers to `ctct-migrate.convert`. */
export interface Body {
  ok: boolean;
  text: string;
  message: string;
  target: string;
}

export class Bodies implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  /** Shows a body of the document at `source`, beside it. */
  async show(source: vscode.Uri, body: Body): Promise<void> {
    const uri = this.place(source, body.target);
    this.put(uri, body);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, "json");
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: false,
    });
  }

  /** The targets of which a body of the document at `source` is shown. */
  shown(source: vscode.Uri): string[] {
    const open = vscode.workspace.textDocuments.map((each) => each.uri.toString());
    return ["v2", "v3"].filter((target) => open.includes(this.place(source, target).toString()));
  }

  /** Takes a new body of a document that is shown already. */
  renew(source: vscode.Uri, body: Body): void {
    this.put(this.place(source, body.target), body);
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }

  private place(source: vscode.Uri, target: string): vscode.Uri {
    const path = `${source.path.replace(/\.[^./]*$/, "")}.${target}.json`;
    return vscode.Uri.from({ scheme: SCHEME, path });
  }

  private put(uri: vscode.Uri, body: Body): void {
    this.texts.set(uri.toString(), body.text || `${body.message}\n`);
    this.changed.fire(uri);
  }
}
