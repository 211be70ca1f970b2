// What belongs to what: pointing at a part of the one side lights up the other, and says so in words.

import type { BodyView } from "./body_view";
import type { DocumentEditor } from "./document_editor";
import { make, worded } from "./elements";
import { lightUp } from "./linked";
import { trace } from "./messages";
import { accountsAt, afterIndent, originAt, originsOf } from "./origins";
import type { ResultPane } from "./result_pane";

/** Characters of the document that are shown of where a property is from. */
const SHOWN = 80;

export class Connections {
  /** `isCurrent` is whether what is shown is about what the editor holds. */
  constructor(
    private readonly editor: DocumentEditor,
    private readonly body: BodyView,
    private readonly pane: ResultPane,
    private readonly isCurrent: () => boolean,
  ) {}

  dark(): void {
    lightUp(this.editor.view, [], false);
    lightUp(this.body.view, [], false);
    trace(false);
  }

  /** From a place of the JSON, or from its cursor; `follows` brings the other side into sight. */
  fromBody(position: number | null, follows: boolean): void {
    const { view } = this.body;
    const body = this.pane.result?.body;
    if (!body || !this.isCurrent()) return;
    const at = position ?? view.state.selection.main.head;
    const origin = originAt(body, afterIndent(view.state, at));
    // The whole body is from the whole document.
    if (!origin || origin[0] === "") return this.dark();
    const [pointer, start, end, from, to] = origin;
    lightUp(view, [{ from: start, to: end }], false);
    lightUp(this.editor.view, [{ from, to }], follows);
    const { doc } = this.editor.view.state;
    const line = doc.lineAt(Math.min(from, doc.length)).number;
    trace(follows, make("code", {}, pointer), ` is from line ${line}: `, make("code", {}, this.excerpt(from, to)));
  }

  /** From a place of the document, or from its cursor. */
  fromDocument(position: number | null, follows: boolean): void {
    if (!this.isCurrent()) return;
    const { state } = this.editor.view;
    const at = position ?? state.selection.main.head;
    const place = follows || position === null ? afterIndent(state, at) : at;
    const body = this.pane.result?.body;
    const account = body && accountsAt(state, [body], place)[0];
    const origins = body && account ? originsOf(body, account) : [];
    lightUp(this.editor.view, account ? [{ from: account[1], to: account[2] }] : [], false);
    lightUp(this.body.view, origins.map(([, from, to]) => ({ from, to })), follows);
    const words = this.fate(place);
    trace(follows, ...(words ? [words] : []));
  }

  /** The key of the body of the entry that a place is in; null where that is shown, or unknown. */
  entryAt(position: number): string | null {
    const result = this.pane.result;
    if (!this.isCurrent() || !result?.body || result.payloads.length < 2) return null;
    const there = result.payloads.find(({ range }) => range && range[0] <= position && position <= range[1]);
    const shown = result.payloads.find(({ key }) => key === result.body?.key);
    return there && there.range?.join() !== shown?.range?.join() ? there.key : null;
  }

  /** What became of the part of the document at a place, for each target. */
  fate(position: number): Node | null {
    const shown = this.pane.bodies;
    if (!this.isCurrent() || !shown.length) return null;
    const accounts = accountsAt(this.editor.view.state, shown.map((each) => each.body), position);
    const path = accounts.find((each) => each !== null)?.[0];
    if (path === undefined) return null;
    const words = make("span", { class: "fates" }, make("code", {}, path));
    const ordered = shown.map(({ result, body }, number) => ({ title: result.title, body, account: accounts[number] }));
    ordered.sort((one, other) => one.title.localeCompare(other.title));
    for (const { title, account, body } of ordered) {
      if (!account) continue;
      const [, , , fate, pointer, reason] = account;
      const more = originsOf(body, account).length - 1;
      const others = more > 0 ? ` and ${more} more` : "";
      const what = fate === "mapped" ? (pointer ? `→ ${pointer}${others}` : "→ the body") : fate;
      const why = reason ? `: ${reason}` : "";
      words.append(" ", make("span", { class: `fate ${fate}` }, make("b", {}, title), ` ${what}`, worded(why)));
    }
    return words;
  }

  private excerpt(from: number, to: number): string {
    const { state } = this.editor.view;
    const text = state.sliceDoc(from, Math.min(to, from + SHOWN)).replace(/\s+/g, " ").trim();
    return to > from + SHOWN ? `${text}…` : text;
  }
}
