// Calls of the server on this machine, which the page came from.

import type {
  ChosenFix,
  Explanation,
  Fixed,
  Inspection,
  Opened,
  Question,
  Sample,
  SchemaWords,
  Start,
} from "./answers";

/** The server refused: a sentence for the user, and the field of the question that is wrong. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly field: string,
  ) {
    super(message);
  }
}

async function call<T>(path: string, options: RequestInit = {}): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(`/api/${path}`, { cache: "no-store", ...options });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refusal("The server does not answer. Is ctct-migrate playground still running?", "");
  }
  let value: T & { error?: string; field?: string };
  try {
    value = await answer.json();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refusal(`The server answered ${answer.status}.`, "");
  }
  if (!answer.ok) throw new Refusal(value.error ?? `The server answered ${answer.status}.`, value.field ?? "");
  return value;
}

function post<T>(path: string, body: BodyInit, signal?: AbortSignal): Promise<T> {
  return call<T>(path, { method: "POST", body, signal });
}

export const server = {
  start: () => call<Start>("start"),
  schema: () => call<SchemaWords>("schema"),
  sample: (name: string) => call<Sample>(`samples/${encodeURIComponent(name)}`),
  rule: (code: string) => call<Explanation>(`rules/${encodeURIComponent(code)}`),
  // JSON.stringify escapes lone surrogates, which stand for bytes that could not be decoded.
  inspect: (question: Question, signal: AbortSignal) =>
    post<Inspection>("inspect", JSON.stringify(question), signal),
  fix: (question: Question, fix: ChosenFix | null) =>
    post<Fixed>("fix", JSON.stringify({ ...question, fix })),
  open: (file: Blob) => post<Opened>("open", file),
};
