// The pane of the JSON: a tab for each target, the body, and what is not in it.

import type { Account, Body, Inspection, Result } from "./answers";
import type { BodyView } from "./body_view";
import { button, counted, make, part, worded } from "./elements";

/** Parts that are left out which are listed; all are counted. */
const LISTED = 200;

export interface ResultEvents {
  /** Another target's tab, or another payload, was chosen. */
  turned(): void;
  choose(key: string): void;
  show(start: number, end: number): void;
  firstError(): void;
}

export class ResultPane {
  private results: Result[] = [];
  private isBlank = true;
  private isLocated = true;
  /** Whether the results are about what the editor holds. */
  private isCurrent = false;
  private target: string;
  private readonly tabs = part("tabs");
  private readonly panel = part("panel");
  private readonly choice = part<HTMLSelectElement>("payload");
  private readonly leftOut = part<HTMLDetailsElement>("left-out");

  constructor(
    private readonly view: BodyView,
    targets: string[],
    private readonly events: ResultEvents,
  ) {
    this.target = targets.at(-1) ?? "";
    this.choice.addEventListener("change", () => events.choose(this.choice.value));
    this.tabs.addEventListener("keydown", (event) => this.turnByKey(event));
  }

  /** The result whose tab is chosen. */
  get result(): Result | null {
    return this.results.find((each) => each.target === this.target) ?? null;
  }

  /** The bodies of all targets, that of the chosen tab first. */
  get bodies(): { result: Result; body: Body }[] {
    const first = this.result;
    const ordered = first === null ? this.results : [first, ...this.results.filter((each) => each !== first)];
    return ordered.flatMap((result) => (result.body === null ? [] : [{ result, body: result.body }]));
  }

  show(inspection: Inspection, isBlank: boolean): void {
    this.results = inspection.results;
    this.isLocated = inspection.located;
    this.isBlank = isBlank;
    if (this.result === null) this.target = this.results.at(-1)?.target ?? "";
    this.drawTabs();
    this.draw();
  }

  /** Says whether the results are about what the editor holds; while they are not, they cannot be copied. */
  setCurrent(isCurrent: boolean): void {
    if (isCurrent === this.isCurrent) return;
    this.isCurrent = isCurrent;
    this.drawTabs();
    this.drawCopy();
  }

  private turn(target: string): void {
    this.target = target;
    this.drawTabs();
    this.draw();
    this.events.turned();
  }

  private turnByKey(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = this.results.findIndex((each) => each.target === this.target);
    const next = this.results[(at + step + this.results.length) % this.results.length];
    if (next === undefined) return;
    this.turn(next.target);
    this.tabs.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
  }

  private drawTabs(): void {
    const wanted = this.results.map((each) => `tab-${each.target}`);
    if (wanted.join() !== [...this.tabs.children].map((each) => each.id).join()) {
      this.tabs.replaceChildren(
        ...this.results.map((each) =>
          button("", () => this.turn(each.target), { id: `tab-${each.target}`, role: "tab", "aria-controls": "panel" }),
        ),
      );
    }
    this.results.forEach((each, number) => {
      const tab = this.tabs.children[number] as HTMLElement;
      const isChosen = each.target === this.target;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      const [look, words] = this.stateOf(each);
      tab.className = look;
      tab.replaceChildren(each.title, make("span", { class: "hidden-text" }, `, ${words}`));
    });
    this.panel.setAttribute("aria-labelledby", `tab-${this.target}`);
  }

  /** How the tab of a result looks, and what it says to those who do not see it. */
  private stateOf({ made }: Result): [look: string, words: string] {
    if (!this.isCurrent) return ["pending", "not checked yet"];
    if (made) return ["made", "made"];
    return [this.isBlank ? "blank" : "unmade", "not made"];
  }

  private drawCopy(): void {
    part<HTMLButtonElement>("copy-body").disabled = !this.isCurrent || !this.result?.body;
  }

  private draw(): void {
    const { result } = this;
    const body = result?.body ?? null;
    part("body").hidden = body === null;
    this.drawCopy();
    this.view.show(body?.text ?? "");
    this.drawChoice(result);
    part("request").textContent = body === null ? "" : requestWords(body);
    this.drawLeftOut(body);
    this.drawReason(result);
  }

  private drawChoice(result: Result | null): void {
    const payloads = result?.payloads ?? [];
    part("payload-label").hidden = payloads.length < 2;
    part("unlocated").hidden = this.isLocated || payloads.length < 2;
    const more = (result?.made ?? 0) - payloads.length;
    const titles = payloads.map((each) => each.title);
    if (more > 0) titles.push(andMore(more));
    if (titles.join("\n") !== [...this.choice.options].map((each) => each.text).join("\n")) {
      this.choice.replaceChildren(...payloads.map((each) => make("option", { value: each.key }, each.title)));
      if (more > 0) this.choice.append(make("option", { disabled: "" }, andMore(more)));
    }
    this.choice.value = result?.body?.key ?? "";
  }

  private drawLeftOut(body: Body | null): void {
    const dropped = body?.accounts.filter((each) => each[3] === "dropped" && each[6] !== "") ?? [];
    this.leftOut.hidden = dropped.length === 0;
    const [summary, list] = [this.leftOut.querySelector("summary"), this.leftOut.querySelector("ul")];
    summary?.replaceChildren(`Left out: ${counted(dropped.length, "part")}`);
    list?.replaceChildren(...dropped.slice(0, LISTED).map((each) => this.droppedItem(each)));
    if (dropped.length > LISTED) list?.append(make("li", { class: "quiet" }, andMore(dropped.length - LISTED)));
  }

  private droppedItem([path, start, end, , , reason, value]: Account): HTMLLIElement {
    const name = path.split("/").slice(-2).join("/");
    return make(
      "li",
      {},
      button(name, () => this.events.show(start, end), { class: "place", title: path }),
      ` ${value} `,
      make("span", { class: "quiet" }, worded(reason)),
    );
  }

  private drawReason(result: Result | null): void {
    const place = part("no-body");
    place.hidden = result === null || result.body !== null;
    if (result === null || result.body !== null) return;
    if (this.isBlank) {
      place.replaceChildren(make("p", { class: "quiet" }, "The JSON of a document stands here as soon as no error is in the way."));
    } else if (result.errors) {
      place.replaceChildren(
        make("p", {}, `${counted(result.errors, "error")} in the way of JSON for ${result.title}.`),
        button("Show the first error", () => this.events.firstError()),
      );
    } else {
      place.replaceChildren(
        make("p", {}, `Nothing here can be made for ${result.title} in this shape.`),
        make("p", { class: "quiet" }, worded("The problems say why. Resources that v1 returned but never accepted can be converted with the shape `record`.")),
      );
    }
  }
}

function andMore(count: number): string {
  return `and ${count.toLocaleString("en")} more`;
}

function requestWords(body: Body): string {
  const query = new URLSearchParams(body.request).toString();
  return query ? `sent with ?${query}` : "";
}
