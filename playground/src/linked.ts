// Lit places: what in one editor belongs to what is pointed at in the other.

import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";

export interface Range {
  from: number;
  to: number;
}

const light = StateEffect.define<Range[]>();
const mark = Decoration.mark({ class: "cm-linked" });

export const linked: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lit, transaction) {
    let now = transaction.docChanged ? Decoration.none : lit;
    for (const effect of transaction.effects) {
      if (!effect.is(light)) continue;
      const ranges = effect.value.flatMap((each) => fitting(each, transaction.newDoc.length) ?? []);
      now = Decoration.set(ranges.map((each) => mark.range(each.from, each.to)), true);
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** A range inside the text, not empty; null where that is not possible. */
function fitting(range: Range, length: number): Range | null {
  const to = Math.min(Math.max(range.to, range.from + 1), length);
  return range.from < to ? { from: range.from, to } : null;
}

/** Lights up places, or nothing; `follows` brings the first one into sight inside its editor. */
export function lightUp(view: EditorView, ranges: Range[], follows: boolean): void {
  view.dispatch({ effects: light.of(ranges) });
  const range = ranges[0];
  if (range === undefined || !follows || range.from > view.state.doc.length) return;
  // Not `EditorView.scrollIntoView`, which would scroll the page as well.
  const block = view.lineBlockAt(range.from);
  const { scrollTop, clientHeight } = view.scrollDOM;
  if (block.top < scrollTop || block.bottom > scrollTop + clientHeight) {
    view.scrollDOM.scrollTop = Math.max(0, block.top - clientHeight / 3);
  }
}

/** Calls `at` with the place under the mouse, and with null when it leaves. */
export function pointing(at: (position: number | null, view: EditorView) => void): Extension {
  let waiting = 0;
  return EditorView.domEventHandlers({
    mousemove(event, view) {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => at(view.posAtCoords({ x: event.clientX, y: event.clientY }), view));
      return false;
    },
    mouseleave(_event, view) {
      cancelAnimationFrame(waiting);
      at(null, view);
      return false;
    },
  });
}
