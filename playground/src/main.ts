// The page: what is asked, what is shown, and what belongs to what.

import type { ChosenFix, Finding, Inspection, Question } from "./answers";
import { BodyView } from "./body_view";
import { DocumentEditor } from "./document_editor";
import { counted, make, part } from "./elements";
import { LatestInspection } from "./latest";
import { fragmentOf, linkedBy } from "./link";
import { lightUp } from "./linked";
import { accountsAt, afterIndent, originAt, originsOf } from "./origins";
import { ProblemList } from "./problem_list";
import { ResultPane } from "./result_pane";
import { Refusal, server } from "./server";

/** Milliseconds without a change after which a document is looked at; a large one takes longer. */
const PAUSE = 200;
const LARGE = 500_000;
const LARGE_PAUSE = 900;

/** Milliseconds after which the cursor has come to rest. */
const REST = 600;

/** Milliseconds after which it is said that something takes time. */
const SLOW = 400;

const nonce = document.querySelector("script[nonce]") instanceof HTMLElement
  ? (document.querySelector("script[nonce]") as HTMLElement).nonce
  : "";

async function begin(): Promise<void> {
  const start = await server.start();
  const sampleSelect = part<HTMLSelectElement>("sample");
  const targetSelect = part<HTMLSelectElement>("targets");
  const shapeSelect = part<HTMLSelectElement>("shape");
  const zoneInput = part<HTMLInputElement>("zone");
  const fixAllButton = part<HTMLButtonElement>("fix-all");
  const every = start.targets.map((each) => each.name).join(" ");
  fill();

  let inspection: Inspection | null = null;
  /** Whether `inspection` is about what the editor holds. */
  let isCurrent = false;
  const setCurrent = (now: boolean): void => {
    isCurrent = now;
    part("list").dataset.current = String(now);
  };
  let chosen = "";
  /** Whether somebody wrote something that is in no link and was not copied. */
  let isUnsaved = false;
  let isOpening = false;
  let pause = 0;
  let slow = 0;
  let silence = 0;
  let tracing = 0;

  const latest = new LatestInspection(shown, failed, busy);
  const editor = new DocumentEditor(part("editor"), nonce, start.limit, {
    changed,
    moved: (position) => {
      showPosition();
      fromDocument(afterIndent(editor.view.state, position), true);
      chooseAt(position);
    },
    pointed: (position) => fromDocument(position ?? afterIndent(editor.view.state, editor.view.state.selection.main.head), false),
    tooLarge: () => say(tooLarge()),
    fixAtCursor,
    fixAll: () => void fix(null),
    apply: (finding, title) => void fix(chosenFix(finding, title)),
    fate: fateWords,
  });
  const bodyView = new BodyView(part("body"), nonce, {
    moved: (position) => fromBody(position, true),
    pointed: (position) => fromBody(position ?? bodyView.view.state.selection.main.head, false),
  });
  const problems = new ProblemList(part("list"), {
    show: (from, to) => editor.select(from, to),
    apply: (finding, title) => void fix(chosenFix(finding, title)),
    choose: (offer) => {
      if (!isCurrent) return say("The document is being looked at: try again in a moment.");
      editor.put(offer.start, offer.end, offer.text);
      ask();
    },
  });
  const pane = new ResultPane(bodyView, start.targets.map((each) => each.name), {
    turned: () => dark(),
    choose: (key) => {
      chosen = key;
      ask();
    },
    show: (from, to) => editor.select(from, to),
    firstError,
  });

  listen();
  void server.schema().then((words) => editor.learn(words));
  if (!(await openLink())) await openSample("campaign");

  // -- options and what is asked ------------------------------------------------------------------

  function fill(): void {
    part("version").textContent = `ctct-migrate ${start.version}`;
    sampleSelect.append(make("option", { value: "" }, "Choose…"));
    for (const each of start.samples) sampleSelect.append(make("option", { value: each.name }, each.title));
    sampleSelect.append(make("option", { value: "empty" }, "Empty document"));
    const titles = start.targets.map((each) => each.title);
    targetSelect.append(make("option", { value: every }, titles.join(" and ")));
    for (const each of [...start.targets].reverse()) {
      targetSelect.append(make("option", { value: each.name }, each.title));
    }
    for (const shape of start.shapes) shapeSelect.append(make("option", { value: shape }, shape));
    for (const zone of Intl.supportedValuesOf("timeZone")) part("zones").append(make("option", { value: zone }));
  }

  function question(): Question {
    return {
      text: editor.text,
      targets: targetSelect.value.split(" "),
      shape: shapeSelect.value,
      time_zone: zoneInput.value,
      chosen,
    };
  }

  function ask(): void {
    clearTimeout(pause);
    setCurrent(false);
    latest.ask(question());
  }

  function changed(): void {
    setCurrent(false);
    if (!isOpening) {
      isUnsaved = true;
      sampleSelect.value = "";
      forgetLink();
    }
    fixAllButton.disabled = true;
    latest.outdate();
    clearTimeout(pause);
    pause = window.setTimeout(ask, editor.view.state.doc.length > LARGE ? LARGE_PAUSE : PAUSE);
  }

  // -- what is shown ------------------------------------------------------------------------------

  function shown(full: Inspection): void {
    const isBlank = !/\S/.test(editor.view.state.sliceDoc(0, 1000)) && !/\S/.test(editor.text);
    // That there is nothing yet is no mistake of anybody's.
    const answer = isBlank ? { ...full, diagnostics: [], counts: { error: 0, warning: 0, info: 0 }, safe: 0 } : full;
    inspection = answer;
    setCurrent(true);
    fieldError("");
    editor.speak(answer.syntax);
    editor.mark(answer.diagnostics);
    const { error, warning, info } = answer.counts;
    const made = answer.results.filter((each) => each.made).map((each) => each.title);
    const nothing = isBlank ? "There is no document yet: paste one, drop a file, or choose a sample." : made.length ? `Nothing to report. The JSON for ${made.join(" and ")} stands beside it.` : "Nothing to report.";
    problems.show(answer.diagnostics, error + warning + info, nothing);
    const parts = [error && counted(error, "error"), warning && counted(warning, "warning"), info && counted(info, "info")];
    const words = parts.filter(Boolean).join(", ") || (isBlank ? "" : "no problems");
    const counts = part("counts");
    if (counts.textContent !== words) counts.textContent = words;
    counts.className = `counts ${error ? "error" : warning ? "warning" : "none"}`;
    fixAllButton.disabled = answer.safe === 0;
    fixAllButton.textContent = answer.safe ? `Apply ${counted(answer.safe, "safe fix").replace("fixs", "fixes")}` : "Apply safe fixes";
    pane.show(answer, isBlank);
    dark();
  }

  function failed(error: unknown): void {
    if (error instanceof DOMException && error.name === "AbortError") return;
    if (error instanceof Refusal && error.field === "time_zone") fieldError(error.message);
    else say(error instanceof Error ? error.message : String(error));
  }

  function busy(isBusy: boolean): void {
    clearTimeout(slow);
    document.body.classList.toggle("busy", false);
    if (isBusy) slow = window.setTimeout(() => document.body.classList.toggle("busy", true), SLOW);
    part("list").setAttribute("aria-busy", String(isBusy));
  }

  function fieldError(words: string): void {
    part("zone-error").textContent = words;
    if (words) zoneInput.setAttribute("aria-invalid", "true");
    else zoneInput.removeAttribute("aria-invalid");
  }

  function say(words: string): void {
    clearTimeout(silence);
    part("message").textContent = words;
    if (words) silence = window.setTimeout(() => say(""), 9000);
  }

  function tooLarge(): string {
    const limit = Math.round(start.limit / 1_000_000);
    return `The document is larger than ${limit} MB. The command line takes it: ctct-migrate lint.`;
  }

  function showPosition(): void {
    const head = editor.view.state.selection.main.head;
    const line = editor.view.state.doc.lineAt(head);
    part("position").textContent = `${line.number}:${head - line.from + 1}`;
  }

  // -- fixes --------------------------------------------------------------------------------------

  function chosenFix(finding: Finding, title: string): ChosenFix {
    return { code: finding.code, start: finding.start, end: finding.end, title };
  }

  async function fix(wanted: ChosenFix | null): Promise<void> {
    if (!isCurrent) return say("The document is being looked at: try again in a moment.");
    const asked = question();
    try {
      const fixed = await server.fix(asked, wanted);
      if (editor.text !== asked.text) return say("The document was changed meanwhile: nothing was fixed.");
      if (fixed.text !== asked.text) {
        editor.change(fixed.text);
        ask();
      }
      const refusal = fixed.refused[0];
      if (fixed.applied.length) {
        const rest = fixed.refused.length ? `; ${counted(fixed.refused.length, "other")} would have done harm` : "";
        say(`${counted(fixed.applied.length, "fix").replace("fixs", "fixes")} applied${rest}. Ctrl Z takes it back.`);
      } else if (refusal) say(`Not applied, since it would do harm: ${refusal.reason}.`);
      else say("There is nothing to fix without a guess.");
    } catch (error) {
      failed(error);
    }
  }

  function fixAtCursor(): void {
    const head = editor.view.state.selection.main.head;
    const finding = inspection?.diagnostics.find((each) => each.fixes.length && each.start <= head && head <= each.end);
    const first = finding?.fixes[0];
    if (finding && first) void fix(chosenFix(finding, first.title));
    else say("There is no fix for what stands at the cursor.");
  }

  function firstError(): void {
    const found = inspection?.diagnostics.find((each) => each.severity === "error");
    if (found) editor.select(found.start, found.end);
  }

  // -- what belongs to what -------------------------------------------------------------------------

  function dark(): void {
    lightUp(editor.view, [], false);
    lightUp(bodyView.view, [], false);
    trace(false);
  }

  function fromBody(position: number, follows: boolean): void {
    const body = pane.result?.body;
    if (!body || !isCurrent) return;
    const origin = originAt(body, afterIndent(bodyView.view.state, position));
    // The whole body is from the whole document.
    if (!origin || origin[0] === "") return dark();
    lightUp(bodyView.view, [{ from: origin[1], to: origin[2] }], false);
    lightUp(editor.view, [{ from: origin[3], to: origin[4] }], follows);
    const doc = editor.view.state.doc;
    const line = doc.lineAt(Math.min(origin[3], doc.length)).number;
    trace(follows, make("code", {}, origin[0]), ` is from line ${line}: `, make("code", {}, excerpt(origin[3], origin[4])));
  }

  function fromDocument(position: number, follows: boolean): void {
    if (!isCurrent) return;
    const body = pane.result?.body;
    const account = body && accountsAt(editor.view.state, [body], position)[0];
    const origins = body && account ? originsOf(body, account) : [];
    lightUp(editor.view, account ? [{ from: account[1], to: account[2] }] : [], false);
    lightUp(bodyView.view, origins.map(([, from, to]) => ({ from, to })), follows);
    const words = fateWords(position);
    trace(follows, ...(words ? [words] : []));
  }

  /** Shows the body of the entry that the cursor is in. */
  function chooseAt(position: number): void {
    const result = pane.result;
    const there = result?.payloads.find(({ range }) => range && range[0] <= position && position <= range[1]);
    if (!isCurrent || !there || !result?.body || result.payloads.length < 2) return;
    const isShown = there.range?.join() === result.payloads.find((each) => each.key === result.body?.key)?.range?.join();
    if (isShown) return;
    chosen = there.key;
    ask();
  }

  function excerpt(from: number, to: number): string {
    const text = editor.view.state.sliceDoc(from, Math.min(to, from + 80)).replace(/\s+/g, " ").trim();
    return to > from + 80 ? `${text}…` : text;
  }

  /** What became of the part of the document at a place, for each target. */
  function fateWords(position: number): Node | null {
    if (!isCurrent || !inspection) return null;
    const bodies = pane.bodies;
    if (!bodies.length) return null;
    const accounts = accountsAt(editor.view.state, bodies.map((each) => each.body), position);
    const path = accounts.find((each) => each !== null)?.[0];
    if (path === undefined) return null;
    const words = make("span", { class: "fates" }, make("code", {}, path));
    const ordered = bodies.map((each, number) => ({ title: each.result.title, body: each.body, account: accounts[number] }));
    ordered.sort((one, other) => one.title.localeCompare(other.title));
    for (const { title, account, body } of ordered) {
      if (!account) continue;
      const [, , , fate, pointer, reason] = account;
      const more = originsOf(body, account).length - 1;
      const others = more > 0 ? ` and ${more} more` : "";
      const what = fate === "mapped" ? (pointer ? `→ ${pointer}${others}` : "→ the body") : fate;
      words.append(
        " ",
        make("span", { class: `fate ${fate}` }, make("b", {}, title), ` ${what}`, reason ? `: ${reason}` : ""),
      );
    }
    return words;
  }

  function trace(announces: boolean, ...words: (Node | string)[]): void {
    const place = part("trace");
    const next = make("p", {}, ...words);
    if (next.textContent === place.textContent) return;
    const text = next.textContent ?? "";
    place.replaceChildren(...next.childNodes);
    clearTimeout(tracing);
    // Spoken where the cursor comes to rest, and not for each place that it or the mouse passes.
    if (announces) tracing = window.setTimeout(() => part("announced").textContent = text, REST);
  }

  // -- documents ------------------------------------------------------------------------------------

  function open(text: string, isLinked = false): void {
    chosen = "";
    isOpening = true;
    const isOpen = editor.open(text);
    isOpening = false;
    if (!isOpen) return;
    isUnsaved = false;
    if (!isLinked) forgetLink();
    ask();
  }

  /** What the address says is not what is shown any more. */
  function forgetLink(): void {
    if (location.hash) history.replaceState(null, "", location.pathname);
  }

  async function openSample(name: string): Promise<void> {
    if (name === "empty") {
      sampleSelect.value = "";
      return open("");
    }
    try {
      const sample = await server.sample(name);
      shapeSelect.value = sample.shape;
      sampleSelect.value = name;
      open(sample.text);
    } catch (error) {
      failed(error);
    }
  }

  async function openFile(file: File): Promise<void> {
    if (file.size > start.limit) return say(tooLarge());
    say(`Opening ${file.name}…`);
    try {
      const opened = await server.open(file);
      sampleSelect.value = "";
      open(opened.text);
      say(opened.note || `Opened ${file.name}.`);
    } catch (error) {
      failed(error);
    }
  }

  async function openLink(): Promise<boolean> {
    try {
      const linked = await linkedBy(location.hash, start.limit);
      if (linked === null) return false;
      const wanted = start.targets.map((each) => each.name).filter((each) => linked.targets.includes(each));
      if (wanted.length) targetSelect.value = wanted.join(" ");
      if (start.shapes.includes(linked.shape)) shapeSelect.value = linked.shape;
      zoneInput.value = linked.time_zone;
      sampleSelect.value = "";
      open(linked.text, true);
      return true;
    } catch (error) {
      say(error instanceof RangeError ? tooLarge() : "The link is damaged: it holds no document that can be read.");
      return false;
    }
  }

  async function copyLink(): Promise<void> {
    const { text, targets, shape, time_zone } = question();
    const fragment = await fragmentOf({ text, targets, shape, time_zone });
    if (fragment === null) return say("The document is too large for a link.");
    history.replaceState(null, "", fragment);
    isUnsaved = false;
    await copy(location.href, "The link is copied. It holds the whole document.");
  }

  async function copy(text: string, done: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      if (text === editor.text) isUnsaved = false;
      say(done);
    } catch {
      say("The browser does not let this page copy. Select the text and copy it.");
    }
  }

  function listen(): void {
    part("options").addEventListener("submit", (event) => event.preventDefault());
    sampleSelect.addEventListener("change", () => sampleSelect.value && void openSample(sampleSelect.value));
    targetSelect.addEventListener("change", ask);
    shapeSelect.addEventListener("change", ask);
    zoneInput.addEventListener("change", ask);
    fixAllButton.addEventListener("click", () => void fix(null));
    part("link").addEventListener("click", () => void copyLink());
    part("copy-document").addEventListener("click", () => void copy(editor.text, "The document is copied."));
    part("copy-body").addEventListener("click", () => void copy(pane.result?.body?.text ?? "", "The JSON is copied."));
    // Nothing is stored, so that what was written is lost with the page.
    window.addEventListener("beforeunload", (event) => isUnsaved && event.preventDefault());
    window.addEventListener("hashchange", () => void openLink());

    const file = part<HTMLInputElement>("file");
    part("open").addEventListener("click", () => file.click());
    file.addEventListener("change", () => {
      if (file.files?.[0]) void openFile(file.files[0]);
      file.value = "";
    });
    const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
    const dragging = (isDragging: boolean): void => void document.body.classList.toggle("dragging", isDragging);
    window.addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      dragging(true);
    }, { capture: true });
    window.addEventListener("dragleave", (event) => event.relatedTarget === null && dragging(false));
    window.addEventListener("drop", (event) => {
      dragging(false);
      const dropped = event.dataTransfer?.files[0];
      if (!dropped) return;
      // Before the editor, which would put the text of a file where it is dropped.
      event.preventDefault();
      event.stopPropagation();
      void openFile(dropped);
    }, { capture: true });

    const help = part<HTMLDialogElement>("help");
    part("show-help").addEventListener("click", () => help.showModal());
    part("close-help").addEventListener("click", () => help.close());
  }
}

begin().catch((error: unknown) => {
  part("message").textContent = error instanceof Error ? error.message : String(error);
});
