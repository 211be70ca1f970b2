// Completion of the values of an element, also where one stands already.

import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { SchemaWords } from "./answers";

/** Completes the text of an element that has a list of values. */
export function valuesFor(words: SchemaWords | null): (context: CompletionContext) => CompletionResult | null {
  const values = new Map(words?.elements.map((each) => [each.name, each.values]));
  return (context) => {
    const node = syntaxTree(context.state).resolveInner(context.pos, -1);
    if (node.name !== "Text") return null;
    const tag = node.parent?.firstChild?.getChild("TagName");
    const name = tag ? context.state.sliceDoc(tag.from, tag.to).replace(/^.*:/, "") : "";
    const options = values.get(name) ?? [];
    if (!options.length) return null;
    // Asked for, all of them, in place of what stands there; while typing, those that begin so.
    const to = context.explicit ? node.to : context.pos;
    return {
      from: node.from,
      to,
      options: options.map((label) => ({ label, type: "enum" })),
      filter: !context.explicit,
    };
  };
}
