// The view of a body: JSON that can be read, searched and walked through, and not changed.

import { defaultKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { foldGutter, foldKeymap } from "@codemirror/language";
import { search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { linked, pointing } from "./linked";
import { looks } from "./looks";
import { typedOver } from "./typed_over";

export interface BodyEvents {
  moved(position: number): void;
  pointed(position: number | null): void;
}

export class BodyView {
  readonly view: EditorView;

  constructor(parent: HTMLElement, nonce: string, events: BodyEvents) {
    const extensions = [
      looks(nonce),
      lineNumbers(),
      foldGutter(),
      drawSelection(),
      highlightActiveLine(),
      search({ top: true }),
      linked,
      typedOver,
      json(),
      EditorView.lineWrapping,
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({ "aria-label": "JSON", tabindex: "0", "aria-readonly": "true", spellcheck: "false" }),
      keymap.of([...defaultKeymap, ...searchKeymap, ...foldKeymap]),
      EditorView.updateListener.of((update) => {
        if (update.selectionSet) events.moved(update.state.selection.main.head);
      }),
      pointing((position) => events.pointed(position)),
    ];
    this.view = new EditorView({ parent, state: EditorState.create({ extensions }) });
  }

  show(text: string): void {
    if (text === this.view.state.doc.toString()) return;
    const { scrollTop } = this.view.scrollDOM;
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
    this.view.scrollDOM.scrollTop = scrollTop;
  }
}
