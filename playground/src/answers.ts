// What the server answers: see ctct_migrate/playground/inspection.py.
// All places are UTF-16 units of the text that was sent, or of the body's text.

export type Severity = "error" | "warning" | "info";

export interface Fix {
  title: string;
  safe: boolean;
}

/** A value to choose, and what it is put in place of. */
export interface Offer {
  title: string;
  start: number;
  end: number;
  text: string;
}

export interface Place {
  start: number;
  end: number;
  line: number;
  text: string;
}

export interface Finding {
  code: string;
  name: string;
  severity: Severity;
  message: string;
  label: string;
  help: string[];
  targets: string[];
  start: number;
  end: number;
  line: number;
  column: number;
  fixes: Fix[];
  offers: Offer[];
  places: Place[];
}

/** Pointer, its place in the body's text, and the place in the document that it is from. */
export type Origin = [pointer: string, start: number, end: number, from: number, to: number];

/** What became of a part of the document. */
export type Account = [
  path: string,
  start: number,
  end: number,
  fate: "mapped" | "ignored" | "dropped",
  pointer: string,
  reason: string,
  value: string,
];

export interface Body {
  key: string;
  resource: string;
  shape: string;
  request: Record<string, string>;
  text: string;
  places: Origin[];
  accounts: Account[];
}

export interface Result {
  target: string;
  title: string;
  errors: number;
  made: number;
  /** `range` is where its entry stands in the document, if that is known. */
  payloads: { key: string; title: string; range: [start: number, end: number] | null }[];
  body: Body | null;
}

export interface Inspection {
  syntax: "xml" | "json" | "form";
  counts: Record<Severity, number>;
  safe: number;
  diagnostics: Finding[];
  /** How many of the findings have values to choose from that are not given. */
  withheld: number;
  /** Whether it is said where entries stand. */
  located: boolean;
  results: Result[];
}

export interface Fixed {
  text: string;
  applied: { code: string; title: string }[];
  refused: { code: string; title: string; reason: string }[];
}

export interface Opened {
  text: string;
  encoding: string;
  note: string;
}

export interface Start {
  version: string;
  targets: { name: string; title: string }[];
  shapes: string[];
  samples: { name: string; title: string }[];
  limit: number;
}

export interface Sample {
  text: string;
  shape: string;
}

export interface Explanation {
  code: string;
  name: string;
  severity: Severity;
  summary: string;
  sections: { title: string; lines: string[]; as_is: boolean }[];
}

export interface SchemaWords {
  elements: { name: string; children: string[]; attributes: string[]; values: string[] }[];
  top: string[];
}

export interface Question {
  text: string;
  targets: string[];
  shape: string;
  time_zone: string;
  chosen: string;
}

export interface ChosenFix {
  code: string;
  start: number;
  end: number;
  title: string;
}
