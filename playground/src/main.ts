// The page: what is asked, and what is shown.

import type { ChosenFix, Finding, Inspection, Question, Start } from "./answers";
import { BodyView } from "./body_view";
import { Connections } from "./connections";
import { DocumentEditor } from "./document_editor";
import { counted, part } from "./elements";
import { LatestInspection } from "./latest";
import { busy, say, tooLarge } from "./messages";
import { Opening } from "./opening";
import { Options } from "./options";
import { ProblemList } from "./problem_list";
import { ResultPane } from "./result_pane";
import { Refusal, server } from "./server";

/** Milliseconds without a change after which a document is looked at; a large one takes longer. */
const PAUSE = 200;
const LARGE = 500_000;
const LARGE_PAUSE = 900;

const NOT_YET = "The document is being checked: try again in a moment.";

class Playground {
  private inspection: Inspection | null = null;
  /** Whether `inspection` is about what the editor holds. */
  private isCurrent = false;
  /** Key of the body that is to be shown. */
  private chosen = "";
  /** Whether somebody wrote something that is in no link and was not copied. */
  private isUnsaved = false;
  private isOpening = false;
  private pause = 0;

  private readonly latest = new LatestInspection((answer) => this.show(answer), (error) => this.fail(error), busy);
  private readonly options: Options;
  private readonly opening: Opening;
  private readonly editor: DocumentEditor;
  private readonly body: BodyView;
  private readonly problems: ProblemList;
  private readonly pane: ResultPane;
  private readonly connections: Connections;

  constructor(start: Start, nonce: string) {
    part("version").textContent = `ctct-migrate ${start.version}`;
    this.options = new Options(start, {
      changed: () => this.ask(),
      sampleChosen: (name) => void this.opening.sample(name),
    });
    this.editor = new DocumentEditor(part("editor"), nonce, start.limit, {
      changed: (isReplaced) => this.changed(isReplaced),
      moved: (position) => this.moved(position),
      pointed: (position) => this.connections.fromDocument(position, false),
      tooLarge: () => say(tooLarge(start.limit)),
      fixAtCursor: () => this.fixAtCursor(),
      fixAll: () => void this.fix(null),
      apply: (finding, title) => void this.fix(chosenFix(finding, title)),
      fate: (position) => this.connections.fate(position),
    });
    this.body = new BodyView(part("body"), nonce, {
      moved: (position) => this.connections.fromBody(position, true),
      pointed: (position) => this.connections.fromBody(position, false),
    });
    this.problems = new ProblemList(part("list"), {
      show: (from, to) => this.editor.select(from, to),
      apply: (finding, title) => void this.fix(chosenFix(finding, title)),
      choose: ({ start: from, end, text }) => {
        if (!this.isCurrent) return say(NOT_YET);
        this.editor.put(from, end, text);
        this.ask();
      },
    });
    this.pane = new ResultPane(this.body, start.targets.map((each) => each.name), {
      turned: () => this.connections.dark(),
      choose: (key) => this.choose(key),
      show: (from, to) => this.editor.select(from, to),
      firstError: () => this.showFirstError(),
    });
    this.connections = new Connections(this.editor, this.body, this.pane, () => this.isCurrent);
    this.opening = new Opening(
      start,
      this.options,
      (text, isLinked) => this.open(text, isLinked),
      (error) => this.fail(error),
    );
    this.listen();
  }

  async begin(): Promise<void> {
    void server.schema().then((words) => this.editor.learn(words), () => undefined);
    if (!(await this.opening.link())) await this.opening.sample("campaign");
  }

  private listen(): void {
    part("fix-all").addEventListener("click", () => void this.fix(null));
    part("link").addEventListener("click", () => void this.copyLink());
    part("copy-document").addEventListener("click", () => void this.copy(this.editor.text, "The document is copied."));
    part("copy-body").addEventListener("click", () => void this.copy(this.pane.result?.body?.text ?? "", "The JSON is copied."));
    // Nothing is stored, so that what was written is lost with the page.
    window.addEventListener("beforeunload", (event) => this.isUnsaved && event.preventDefault());
    const help = part<HTMLDialogElement>("help");
    part("show-help").addEventListener("click", () => help.showModal());
    part("close-help").addEventListener("click", () => help.close());
  }

  // -- what is asked ------------------------------------------------------------------------------

  private get question(): Question {
    return { text: this.editor.text, chosen: this.chosen, ...this.options.asked };
  }

  private ask(): void {
    clearTimeout(this.pause);
    this.setCurrent(false);
    this.latest.ask(this.question);
  }

  private changed(isReplaced: boolean): void {
    this.setCurrent(false);
    if (isReplaced) say(""); // it was about the document before
    if (!this.isOpening) {
      this.isUnsaved = true;
      this.options.showSample("");
      this.opening.forgetLink();
    }
    this.latest.outdate();
    clearTimeout(this.pause);
    const isLarge = this.editor.view.state.doc.length > LARGE;
    this.pause = window.setTimeout(() => this.ask(), isLarge ? LARGE_PAUSE : PAUSE);
  }

  private choose(key: string): void {
    this.chosen = key;
    this.ask();
  }

  private moved(position: number): void {
    const line = this.editor.view.state.doc.lineAt(position);
    part("position").textContent = `${line.number}:${position - line.from + 1}`;
    this.connections.fromDocument(position, true);
    const key = this.connections.entryAt(position);
    if (key !== null) this.choose(key);
  }

  private setCurrent(isCurrent: boolean): void {
    this.isCurrent = isCurrent;
    part("list").dataset.current = String(isCurrent);
    this.pane.setCurrent(isCurrent);
    if (!isCurrent) part<HTMLButtonElement>("fix-all").disabled = true;
  }

  // -- what is shown ------------------------------------------------------------------------------

  private show(answer: Inspection): void {
    const isBlank = this.editor.isBlank;
    // That there is nothing yet is no mistake of anybody's.
    if (isBlank) answer = { ...answer, diagnostics: [], counts: { error: 0, warning: 0, info: 0 }, safe: 0 };
    this.inspection = answer;
    this.setCurrent(true);
    this.options.showZoneError("");
    this.editor.speak(answer.syntax);
    this.editor.mark(answer.diagnostics);
    this.showCounts(answer, isBlank);
    this.problems.show(answer, total(answer), isBlank ? NOTHING_YET : nothingToReport(answer));
    this.pane.show(answer, isBlank);
    this.connections.dark();
  }

  private showCounts({ counts, safe }: Inspection, isBlank: boolean): void {
    const { error, warning, info } = counts;
    const parts = [error && counted(error, "error"), warning && counted(warning, "warning"), info && counted(info, "info")];
    const words = parts.filter(Boolean).join(", ") || (isBlank ? "" : "no problems");
    const place = part("counts");
    if (place.textContent !== words) place.textContent = words;
    place.className = `counts ${error ? "error" : warning ? "warning" : "none"}`;
    const fixAll = part<HTMLButtonElement>("fix-all");
    fixAll.disabled = safe === 0;
    fixAll.textContent = safe ? `Apply ${counted(safe, "safe fix", "safe fixes")}` : "Apply safe fixes";
  }

  private fail(error: unknown): void {
    if (error instanceof DOMException && error.name === "AbortError") return;
    if (error instanceof Refusal && error.field === "time_zone") this.options.showZoneError(error.message);
    else say(error instanceof Error ? error.message : String(error));
  }

  private showFirstError(): void {
    const found = this.inspection?.diagnostics.find((each) => each.severity === "error");
    if (found) this.editor.select(found.start, found.end);
  }

  // -- fixes --------------------------------------------------------------------------------------

  private async fix(wanted: ChosenFix | null): Promise<void> {
    if (!this.isCurrent) return say(NOT_YET);
    const asked = this.question;
    try {
      const { text, applied, refused } = await server.fix(asked, wanted);
      if (this.editor.text !== asked.text) return say("The document was changed meanwhile: nothing was fixed.");
      if (text !== asked.text) {
        this.editor.change(text);
        this.ask();
      }
      if (applied.length) {
        const rest = refused.length ? `; ${counted(refused.length, "other")} would have done harm` : "";
        say(`${counted(applied.length, "fix", "fixes")} applied${rest}. Ctrl Z takes it back.`);
      } else if (refused[0]) say(`Not applied, since it would do harm: ${refused[0].reason}.`);
      else say("There is nothing to fix without a guess.");
    } catch (error) {
      this.fail(error);
    }
  }

  private fixAtCursor(): void {
    const { head } = this.editor.view.state.selection.main;
    const found = this.inspection?.diagnostics.find((each) => each.fixes.length && each.start <= head && head <= each.end);
    const first = found?.fixes[0];
    if (found && first) void this.fix(chosenFix(found, first.title));
    else say("There is no fix for what stands at the cursor.");
  }

  // -- in and out ---------------------------------------------------------------------------------

  private open(text: string, isLinked: boolean): void {
    this.chosen = "";
    this.isOpening = true;
    const isOpen = this.editor.open(text);
    this.isOpening = false;
    if (!isOpen) return;
    this.isUnsaved = false;
    if (!isLinked) this.opening.forgetLink();
    this.ask();
  }

  private async copyLink(): Promise<void> {
    const { text } = this.editor;
    const link = await this.opening.linkTo(text);
    if (link !== null) await this.copy(link, "The link is copied. It holds the whole document.", text);
  }

  /** `kept` is the document that the copy holds, if it holds one. */
  private async copy(text: string, done: string, kept = text): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      if (kept === this.editor.text) this.isUnsaved = false;
      say(done);
    } catch {
      say("The browser does not let this page copy. Select the document or the JSON and copy it.");
    }
  }
}

const NOTHING_YET = "There is no document yet: paste one, drop a file, or choose a sample.";

function nothingToReport({ results }: Inspection): string {
  const made = results.filter((each) => each.made).map((each) => each.title);
  return made.length ? `Nothing to report. The JSON for ${made.join(" and ")} stands beside it.` : "Nothing to report.";
}

function total({ counts }: Inspection): number {
  return counts.error + counts.warning + counts.info;
}

function chosenFix({ code, start, end }: Finding, title: string): ChosenFix {
  return { code, start, end, title };
}

async function begin(): Promise<void> {
  const script = document.querySelector<HTMLScriptElement>("script[nonce]");
  await new Playground(await server.start(), script?.nonce ?? "").begin();
}

begin().catch((error: unknown) => say(error instanceof Error ? error.message : String(error)));
