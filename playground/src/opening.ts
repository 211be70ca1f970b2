// The ways into the page: samples, files, and links that hold the document; and the link out of it.

import type { Start } from "./answers";
import { part } from "./elements";
import { fragmentOf, linkedBy } from "./link";
import { say, tooLarge } from "./messages";
import type { Options } from "./options";
import { server } from "./server";

export class Opening {
  /** `open` shows a document; `isLinked` is whether the address holds it. */
  constructor(
    private readonly start: Start,
    private readonly options: Options,
    private readonly open: (text: string, isLinked: boolean) => void,
    private readonly fail: (error: unknown) => void,
  ) {
    this.takeFiles();
    window.addEventListener("hashchange", () => void this.link());
  }

  async sample(name: string): Promise<void> {
    if (name === "empty") {
      this.options.showSample("");
      return this.open("", false);
    }
    try {
      const sample = await server.sample(name);
      this.options.showSample(name, sample.shape);
      this.open(sample.text, false);
    } catch (error) {
      this.fail(error);
    }
  }

  async file(file: File): Promise<void> {
    if (file.size > this.start.limit) return say(tooLarge(this.start.limit));
    say(`Opening ${file.name}…`);
    try {
      const opened = await server.open(file);
      this.options.showSample("");
      this.open(opened.text, false);
      say(opened.note || `Opened ${file.name}.`);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Opens the document that the address holds; whether it holds one that can be read. */
  async link(): Promise<boolean> {
    try {
      const linked = await linkedBy(location.hash, this.start.limit);
      if (linked === null) return false;
      this.options.restore(linked);
      this.options.showSample("");
      this.open(linked.text, true);
      return true;
    } catch (error) {
      const isTooLarge = error instanceof RangeError;
      say(isTooLarge ? tooLarge(this.start.limit) : "The link is damaged: it holds no document that can be read.");
      return false;
    }
  }

  /** An address that holds a document; null if it is too large for that.  The page's own address stays
   * as it is: browsers keep those that they showed. */
  async linkTo(text: string): Promise<string | null> {
    const fragment = await fragmentOf({ text, ...this.options.asked });
    if (fragment === null) say("The document is too large for a link.");
    return fragment && `${location.origin}${location.pathname}${fragment}`;
  }

  /** What the address holds is not what is shown any more. */
  forgetLink(): void {
    if (location.hash) history.replaceState(null, "", location.pathname);
  }

  private takeFiles(): void {
    const file = part<HTMLInputElement>("file");
    part("open").addEventListener("click", () => file.click());
    file.addEventListener("change", () => {
      if (file.files?.[0]) void this.file(file.files[0]);
      file.value = "";
    });
    const dragging = (isDragging: boolean): void => void document.body.classList.toggle("dragging", isDragging);
    // Before the editor, which would put the text of a file where it is dropped.
    const first = { capture: true };
    const over = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      dragging(true);
    };
    const drop = (event: DragEvent): void => {
      dragging(false);
      const dropped = event.dataTransfer?.files[0];
      if (!dropped) return;
      event.preventDefault();
      event.stopPropagation();
      void this.file(dropped);
    };
    window.addEventListener("dragover", over, first);
    window.addEventListener("drop", drop, first);
    window.addEventListener("dragleave", (event) => event.relatedTarget === null && dragging(false));
  }
}
