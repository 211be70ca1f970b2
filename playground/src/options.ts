// The options of the page: the sample, the targets, the shape and the time zone.

import type { Question, Start } from "./answers";
import { make, part, worded } from "./elements";

export interface OptionEvents {
  changed(): void;
  sampleChosen(name: string): void;
}

/** What a link and a question say of the options. */
export type Asked = Pick<Question, "targets" | "shape" | "time_zone">;

export class Options {
  private readonly sample = part<HTMLSelectElement>("sample");
  private readonly targets = part<HTMLSelectElement>("targets");
  private readonly shape = part<HTMLSelectElement>("shape");
  private readonly zone = part<HTMLInputElement>("zone");

  constructor(
    private readonly start: Start,
    events: OptionEvents,
  ) {
    this.fill();
    part("options").addEventListener("submit", (event) => event.preventDefault());
    this.sample.addEventListener("change", () => this.sample.value && events.sampleChosen(this.sample.value));
    for (const each of [this.targets, this.shape, this.zone]) each.addEventListener("change", () => events.changed());
  }

  get asked(): Asked {
    return { targets: this.targets.value.split(" "), shape: this.shape.value, time_zone: this.zone.value };
  }

  /** Shows which sample is open; empty for none. */
  showSample(name: string, shape?: string): void {
    this.sample.value = name;
    if (shape !== undefined) this.shape.value = shape;
  }

  /** Sets the options of a link, as far as there are such. */
  restore(asked: Asked): void {
    const targets = this.start.targets.map((each) => each.name).filter((each) => asked.targets.includes(each));
    if (targets.length) this.targets.value = targets.join(" ");
    if (this.start.shapes.includes(asked.shape)) this.shape.value = asked.shape;
    this.zone.value = asked.time_zone;
  }

  /** Says what is wrong with the time zone; nothing, with an empty text. */
  showZoneError(words: string): void {
    part("zone-error").replaceChildren(worded(words));
    if (words) this.zone.setAttribute("aria-invalid", "true");
    else this.zone.removeAttribute("aria-invalid");
  }

  private fill(): void {
    const { samples, targets, shapes } = this.start;
    const add = (select: HTMLElement, value: string, text: string): void => select.append(make("option", { value }, text));
    add(this.sample, "", "Choose…");
    for (const each of samples) add(this.sample, each.name, each.title);
    add(this.sample, "empty", "Empty document");
    add(this.targets, targets.map((each) => each.name).join(" "), targets.map((each) => each.title).join(" and "));
    for (const each of [...targets].reverse()) add(this.targets, each.name, each.title);
    for (const shape of shapes) add(this.shape, shape, shape);
    for (const zone of Intl.supportedValuesOf("timeZone")) part("zones").append(make("option", { value: zone }));
  }
}
