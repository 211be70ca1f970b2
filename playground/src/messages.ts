// What the page says to its user, outside of the panes.

import { make, part, worded } from "./elements";

/** Milliseconds that a message stays. */
const STAYS = 9000;

/** Milliseconds after which it is said that something takes time. */
const SLOW = 400;

/** Milliseconds after which the cursor has come to rest. */
const REST = 600;

let silence = 0;
let slow = 0;
let resting = 0;

/** Says a sentence at the foot of the page. */
export function say(words: string): void {
  clearTimeout(silence);
  part("message").replaceChildren(worded(words));
  if (words) silence = window.setTimeout(() => say(""), STAYS);
}

/** What is said of a document larger than `limit` bytes. */
export function tooLarge(limit: number): string {
  return `The document is larger than ${Math.round(limit / 1_000_000)} MB. The command line takes it: ctct-migrate lint.`;
}

/** Shows that something is being looked at, once that takes time. */
export function busy(isBusy: boolean): void {
  clearTimeout(slow);
  document.body.classList.remove("busy");
  if (isBusy) slow = window.setTimeout(() => document.body.classList.add("busy"), SLOW);
  part("list").setAttribute("aria-busy", String(isBusy));
}

/** Shows at the foot of the page what belongs to what; `announces` has it spoken. */
export function trace(announces: boolean, ...words: (Node | string)[]): void {
  const place = part("trace");
  const next = make("p", {}, ...words);
  const text = next.textContent ?? "";
  if (text === place.textContent) return;
  place.replaceChildren(...next.childNodes);
  clearTimeout(resting);
  // Spoken where the cursor comes to rest, and not for each place that it or the mouse passes.
  if (announces) resting = window.setTimeout(() => (part("announced").textContent = text), REST);
}
