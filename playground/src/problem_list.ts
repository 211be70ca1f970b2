// The list of what is wrong: each with its fixes, and its explanation in place.

import type { Explanation, Finding, Inspection, Offer } from "./answers";
import { button, counted, make, worded } from "./elements";
import { server } from "./server";

export interface ProblemEvents {
  show(start: number, end: number): void;
  apply(finding: Finding, title: string): void;
  choose(offer: Offer): void;
}

/** An item of the list that stays while its problem does. */
interface Item {
  element: HTMLLIElement;
  update(finding: Finding): void;
}

export class ProblemList {
  private items = new Map<string, Item>();
  private readonly list = make("ol", { class: "problems" });
  private readonly rest = make("p", { class: "quiet" });

  constructor(
    private readonly parent: HTMLElement,
    private readonly events: ProblemEvents,
  ) {}

  /** Shows what was found, of `all` in number; `nothing` is said where there is nothing. */
  show({ diagnostics: findings, withheld }: Inspection, all: number, nothing: string): void {
    const items = new Map<string, Item>();
    const counts = new Map<string, number>();
    const hadFocus = this.parent.contains(document.activeElement);
    for (const finding of findings) {
      const same = JSON.stringify({ ...finding, start: 0, end: 0, line: 0, column: 0, places: [], offers: finding.offers.length });
      const count = (counts.get(same) ?? 0) + 1;
      counts.set(same, count);
      const key = `${count} ${same}`;
      const item = this.items.get(key) ?? this.item(finding);
      item.update(finding);
      items.set(key, item);
    }
    for (const [key, { element }] of this.items) if (!items.has(key)) element.remove();
    [...items.values()].forEach(({ element }, number) => {
      const there = this.list.children[number];
      if (there !== element) this.list.insertBefore(element, there ?? null);
    });
    this.items = items;
    const rest = findings.length ? [] : [nothing];
    if (withheld) rest.push(`${counted(withheld, "more problem has", "more problems have")} values to choose from: they are offered once there are fewer problems.`);
    if (all > findings.length) rest.push(`And ${(all - findings.length).toLocaleString("en")} more, which are not listed: the worst come first.`);
    this.rest.textContent = rest.join(" ");
    const shown: Node[] = findings.length ? [this.list] : [];
    if (this.rest.textContent) shown.push(this.rest);
    if (shown.length !== this.parent.childNodes.length || shown.some((each, at) => each !== this.parent.childNodes[at])) {
      this.parent.replaceChildren(...shown);
    }
    if (hadFocus && !this.parent.contains(document.activeElement)) document.getElementById("problems-heading")?.focus();
  }

  private item(first: Finding): Item {
    let current = first;
    const place = button("", () => this.events.show(current.start, current.end), { class: "place" });
    const places = make("ul", { class: "places" });
    const element = make(
      "li",
      { class: `problem ${first.severity}` },
      make(
        "div",
        { class: "head" },
        make("span", { class: "badge" }, first.severity),
        make("span", { class: "code" }, first.code),
        place,
      ),
      make("p", { class: "message" }, worded(first.message)),
      first.label ? make("p", { class: "label" }, worded(first.label)) : null,
      ...first.help.map((each) => make("p", { class: "help" }, worded(each))),
      places,
      this.actions(first, () => current),
    );
    const update = (finding: Finding): void => {
      current = finding;
      const select = element.querySelector(".offers");
      select?.setAttribute("aria-label", `Value for ${finding.code}, line ${finding.line}`);
      place.textContent = `line ${finding.line}, column ${finding.column}`;
      places.hidden = finding.places.length === 0;
      places.replaceChildren(
        ...finding.places.map((each) =>
          make(
            "li",
            {},
            button(`line ${each.line}`, () => this.events.show(each.start, each.end), { class: "place" }),
            " ",
            worded(each.text),
          ),
        ),
      );
    };
    return { element, update };
  }

  private actions(finding: Finding, current: () => Finding): HTMLElement {
    const row = make("div", { class: "actions" });
    for (const fix of finding.fixes) {
      const title = make("span", {}, worded(fix.title), fix.safe ? null : make("span", { class: "guess" }, " (a guess)"));
      row.append(
        button(title, () => this.events.apply(current(), fix.title), { class: fix.safe ? "fix safe" : "fix" }),
      );
    }
    if (finding.offers.length) row.append(this.choice(finding, current));
    const explanation = make("div", { class: "explanation" });
    explanation.hidden = true;
    const opener = button(
      `Explain ${finding.code}`,
      () => {
        explanation.hidden = !explanation.hidden;
        opener.setAttribute("aria-expanded", String(!explanation.hidden));
        if (!explanation.hidden && !explanation.hasChildNodes()) void this.explain(finding.code, explanation);
      },
      { class: "plain", "aria-expanded": "false" },
    );
    row.append(opener, explanation);
    return row;
  }

  /** The values that may stand there, of which only the author knows the right one. */
  private choice(finding: Finding, current: () => Finding): HTMLElement {
    const select = make("select", { class: "offers" });
    select.append(make("option", { value: "" }, "Choose a value…"));
    finding.offers.forEach((each, number) => select.append(make("option", { value: String(number) }, each.title)));
    select.addEventListener("change", () => {
      const offer = current().offers[Number(select.value)];
      if (select.value && offer) this.events.choose(offer);
    });
    return select;
  }

  private async explain(code: string, parent: HTMLElement): Promise<void> {
    try {
      parent.replaceChildren(...explained(await server.rule(code)));
    } catch (error) {
      parent.replaceChildren(make("p", {}, error instanceof Error ? error.message : String(error)));
    }
  }
}

/** The sections of an explanation. */
function explained(rule: Explanation): Node[] {
  const parts: Node[] = [make("p", {}, worded(`${rule.summary}.`))];
  for (const section of rule.sections) {
    parts.push(make("h3", {}, section.title));
    if (section.title === "Allowed") {
      parts.push(make("ul", {}, ...section.lines.map((line) => make("li", {}, worded(line)))));
    } else if (section.as_is) {
      parts.push(make("pre", { tabindex: "0", "aria-label": `${section.title}, an example` }, section.lines.join("\n")));
    } else {
      parts.push(...section.lines.map((line) => make("p", {}, worded(line))));
    }
  }
  return parts;
}
