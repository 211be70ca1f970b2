// The editor of the document: mistakes under the text, completion, and what became of each part.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { type ElementSpec, xml, xmlLanguage } from "@codemirror/lang-xml";
import { bracketMatching, foldGutter, foldKeymap } from "@codemirror/language";
import { type Diagnostic, lintGutter, nextDiagnostic, previousDiagnostic, setDiagnostics } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, Text } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  hoverTooltip,
  keymap,
  lineNumbers,
  placeholder,
  type ViewUpdate,
} from "@codemirror/view";
import type { Finding, SchemaWords } from "./answers";
import { valuesFor } from "./completed_values";
import { make, worded } from "./elements";
import { linked, pointing } from "./linked";
import { looks } from "./looks";
import { typedOver } from "./typed_over";

/** Characters of a line from which on lines are not wrapped: that would take too long. */
const LONG_LINE = 20_000;

export interface DocumentEvents {
  /** The document was changed; `isReplaced` is whether nothing of the one before is left. */
  changed(isReplaced: boolean): void;
  moved(position: number): void;
  pointed(position: number | null): void;
  tooLarge(): void;
  fixAtCursor(): void;
  fixAll(): void;
  apply(finding: Finding, title: string): void;
  /** What became of the part at a place, as text for a tooltip. */
  fate(position: number): Node | null;
}

export class DocumentEditor {
  readonly view: EditorView;
  private readonly language = new Compartment();
  private readonly wrapping = new Compartment();
  private syntax = "xml";
  private words: SchemaWords | null = null;
  private isWrapped = true;

  constructor(
    parent: HTMLElement,
    nonce: string,
    private readonly limit: number,
    private readonly events: DocumentEvents,
  ) {
    this.view = new EditorView({ parent, state: EditorState.create({ extensions: this.extensions(nonce) }) });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  /** Whether it holds nothing but white space. */
  get isBlank(): boolean {
    const { doc } = this.view.state;
    return !/\S/.test(doc.sliceString(0, 1000)) && !/\S/.test(doc.toString());
  }

  /** Another document; false, and nothing changes, if it is too large. */
  open(text: string): boolean {
    const doc = Text.of(text.split(/\r\n|\r|\n/));
    if (doc.length > this.limit) {
      this.events.tooLarge();
      return false;
    }
    this.view.dispatch({
      changes: { from: 0, to: this.view.state.doc.length, insert: doc },
      selection: { anchor: 0 },
    });
    this.view.scrollDOM.scrollTop = 0;
    return true;
  }

  /** The same document after fixes: what they left as it was is not touched, nor is the cursor moved. */
  change(text: string): void {
    const old = this.text;
    let from = 0;
    const shorter = Math.min(old.length, text.length);
    while (from < shorter && old.charCodeAt(from) === text.charCodeAt(from)) from++;
    let kept = 0;
    while (kept < shorter - from && old.charCodeAt(old.length - 1 - kept) === text.charCodeAt(text.length - 1 - kept)) {
      kept++;
    }
    const cursor = this.view.state.doc.lineAt(this.view.state.selection.main.head);
    const column = this.view.state.selection.main.head - cursor.from;
    this.view.dispatch({
      changes: { from, to: old.length - kept, insert: text.slice(from, text.length - kept) },
      userEvent: "input.fix",
    });
    const doc = this.view.state.doc;
    const line = doc.line(Math.min(cursor.number, doc.lines));
    this.view.dispatch({ selection: { anchor: Math.min(line.from + column, line.to) } });
  }

  /** Puts a text in place of another one, and shows it. */
  put(from: number, to: number, text: string): void {
    this.view.dispatch({
      changes: { from, to, insert: text },
      selection: { anchor: from + text.length },
      effects: EditorView.scrollIntoView(from, { y: "center" }),
      userEvent: "input.choice",
    });
  }

  /** Selects a place and shows it. */
  select(from: number, to: number): void {
    const length = this.view.state.doc.length;
    this.view.dispatch({
      selection: { anchor: Math.min(from, length), head: Math.min(to, length) },
      effects: EditorView.scrollIntoView(Math.min(from, length), { y: "center" }),
    });
    this.view.focus();
  }

  /** Shows mistakes under the text. */
  mark(findings: Finding[]): void {
    const length = this.view.state.doc.length;
    const marks = findings.map((finding): Diagnostic => {
      const from = Math.min(finding.start, length);
      return {
        from,
        to: Math.min(Math.max(finding.end, from), length),
        severity: finding.severity,
        message: `${finding.code} ${finding.message}`,
        renderMessage: () => make("span", {}, make("b", {}, finding.code), " ", worded(finding.message)),
        actions: finding.fixes.map((fix) => ({
          name: `${fix.title.replaceAll("`", "")}${fix.safe ? "" : " (a guess)"}`,
          apply: () => this.events.apply(finding, fix.title),
        })),
      };
    });
    this.view.dispatch(setDiagnostics(this.view.state, marks));
  }

  speak(syntax: string): void {
    if (syntax === this.syntax) return;
    this.syntax = syntax;
    this.setLanguage();
  }

  /** What may be written where, for completion. */
  learn(words: SchemaWords): void {
    this.words = words;
    this.setLanguage();
  }

  private setLanguage(): void {
    this.view.dispatch({ effects: this.language.reconfigure(this.languageOf()) });
  }

  private languageOf(): Extension {
    if (this.syntax === "json") return json();
    if (this.syntax !== "xml") return [];
    const elements = this.words?.elements.map(
      (each): ElementSpec => ({
        name: each.name,
        children: each.children,
        attributes: each.attributes,
        textContent: each.values,
        top: this.words?.top.includes(each.name),
      }),
    );
    return [xml({ elements: elements ?? [] }), xmlLanguage.data.of({ autocomplete: valuesFor(this.words) })];
  }

  private extensions(nonce: string): Extension {
    const { events } = this;
    return [
      looks(nonce),
      lineNumbers(),
      foldGutter(),
      lintGutter(),
      history(),
      drawSelection(),
      highlightSpecialChars(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      bracketMatching(),
      closeBrackets(),
      typedOver,
      autocompletion(),
      search({ top: true }),
      linked,
      placeholder("Paste a v1 document or a v2 body, or drop a file"),
      this.language.of(this.languageOf()),
      this.wrapping.of(EditorView.lineWrapping),
      EditorView.contentAttributes.of({ "aria-label": "Document", tabindex: "0", spellcheck: "false", autocapitalize: "off" }),
      keymap.of([
        { key: "F8", run: nextDiagnostic },
        { key: "Shift-F8", run: previousDiagnostic },
        { key: "Mod-.", run: () => (events.fixAtCursor(), true) },
        { key: "Mod-Enter", run: () => (events.fixAll(), true) },
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...defaultKeymap,
        ...searchKeymap,
        ...historyKeymap,
        ...foldKeymap,
      ]),
      EditorState.changeFilter.of((transaction) => {
        if (!transaction.docChanged || transaction.newDoc.length <= this.limit) return true;
        events.tooLarge();
        return false;
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          this.wrap();
          events.changed(isReplaced(update));
        }
        if (update.selectionSet || update.docChanged) events.moved(update.state.selection.main.head);
      }),
      pointing((position) => events.pointed(position)),
      hoverTooltip((_view, position) => {
        const words = events.fate(position);
        if (words === null) return null;
        return {
          pos: position,
          above: true,
          create: () => ({ dom: make("div", { class: "cm-fate" }, words) }),
        };
      }),
    ];
  }

  /** Wraps lines unless one of them is very long. */
  private wrap(): void {
    const { doc } = this.view.state;
    let wrapped = true;
    if (doc.length > LONG_LINE) {
      for (const iterator = doc.iterLines(); !iterator.next().done; ) {
        if (iterator.value.length > LONG_LINE) {
          wrapped = false;
          break;
        }
      }
    }
    if (wrapped === this.isWrapped) return;
    this.isWrapped = wrapped;
    queueMicrotask(() => {
      this.view.dispatch({ effects: this.wrapping.reconfigure(wrapped ? EditorView.lineWrapping : []) });
    });
  }
}

/** Whether an update put another document in place of all that was there. */
function isReplaced({ changes, startState }: ViewUpdate): boolean {
  const { length } = startState.doc;
  let kept = length;
  changes.iterChangedRanges((from, to) => (kept -= to - from));
  return length > 0 && kept === 0;
}
