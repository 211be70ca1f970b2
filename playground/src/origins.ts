// Where parts of a body come from, and what became of parts of the document.

import { ensureSyntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import type { Account, Body, Origin } from "./answers";

/** The first place of a line that is not blank, for a place before it: what a line is about. */
export function afterIndent(state: EditorState, position: number): number {
  const line = state.doc.lineAt(Math.min(position, state.doc.length));
  const indent = line.text.search(/\S/);
  return indent > 0 ? Math.max(position, line.from + indent) : position;
}

/** The innermost part of a body at a place of its text. */
export function originAt(body: Body, position: number): Origin | null {
  let found: Origin | null = null;
  for (const each of body.places) {
    const [, start, end] = each;
    if (start <= position && position <= end && (found === null || end - start <= found[2] - found[1])) found = each;
  }
  return found;
}

/** The parts of a body that a part of the document became: that of its account, then the others that
 * are from the same text. */
export function originsOf(body: Body, account: Account): Origin[] {
  const [, start, end, fate, pointer] = account;
  // What became the whole body is no part of it.
  if (fate !== "mapped" || pointer === "") return [];
  const first = originOf(body, pointer);
  const same = body.places.filter((each) => each !== first && start < end && each[3] === start && each[4] === end);
  const leaves = same.filter((each) => !same.some((other) => other[0].startsWith(`${each[0]}/`)));
  return [...(first ? [first] : []), ...leaves.filter((each) => !first || !first[0].startsWith(`${each[0]}/`))];
}

/** The part of a body that a pointer names, or the nearest one around it. */
function originOf(body: Body, pointer: string): Origin | null {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf("/"))) {
    const found = body.places.find((each) => each[0] === at);
    if (found !== undefined) return found;
    if (at === "") return null;
  }
}

const PARTS = new Set(["Element", "SelfClosingTag", "Attribute", "Property"]);

/** Milliseconds that reading the document's syntax may take at once. */
const READING = 40;

/** The accounts of the element, attribute or property at a place of the document, one for each body. */
export function accountsAt(state: EditorState, bodies: Body[], position: number): (Account | null)[] {
  for (const { from, to } of partsAround(state, position)) {
    const found = bodies.map((body) => body.accounts.find((each) => from <= each[1] && each[2] <= to) ?? null);
    if (found.some((each) => each !== null)) return found;
  }
  return bodies.map((body) => smallestAt(body.accounts, position));
}

/** The parts of the document around a place, the innermost first. */
function* partsAround(state: EditorState, position: number): Generator<{ from: number; to: number }> {
  const tree = ensureSyntaxTree(state, position, READING);
  if (tree === null) return;
  for (let node = tree.resolveInner(position, 1) as ReturnType<typeof tree.resolveInner> | null; node; node = node.parent) {
    if (PARTS.has(node.name)) yield node;
  }
}

/** The smallest account around a place. */
function smallestAt(accounts: Account[], position: number): Account | null {
  let found: Account | null = null;
  for (const each of accounts) {
    const [, start, end] = each;
    if (start <= position && position <= end && (found === null || end - start < found[2] - found[1])) found = each;
  }
  return found;
}
