// Elements of the page.  Whatever a document says goes into it as text, never as markup.

type Child = Node | string | null;

/** A new element with attributes and children; strings become text. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

/** The element with an id, which the page has. */
export function part<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element as T;
}

/** A button that does something. */
export function button(text: Child, action: () => void, attributes: Record<string, string> = {}): HTMLButtonElement {
  const element = make("button", { type: "button", ...attributes }, text);
  element.addEventListener("click", action);
  return element;
}

/** A text in which what stands between backticks is code. */
export function worded(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  text.split("`").forEach((piece, number, all) => {
    if (number % 2 === 1 && number < all.length - 1) fragment.append(make("code", {}, piece));
    else fragment.append(number % 2 === 1 ? `\`${piece}` : piece);
  });
  return fragment;
}

/** `1 error`, `2 errors`; `plural` is for nouns that take more than an s. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? noun : plural}`;
}
