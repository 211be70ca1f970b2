// Links that hold the document: the fragment of an address is not sent to any server.

import type { Question } from "./answers";

/** What a link says. */
export type Linked = Pick<Question, "text" | "targets" | "shape" | "time_zone">;

const MARK = "#document=";

/** Characters of a link that browsers and mail programs can be expected to take. */
const LONGEST = 1_500_000;

/** The fragment for a document; null if it would be too long. */
export async function fragmentOf(linked: Linked): Promise<string | null> {
  const bytes = new TextEncoder().encode(JSON.stringify(linked));
  const packed = await all(through(bytes, new CompressionStream("deflate-raw")), Infinity);
  const fragment = MARK + base64url(packed);
  return fragment.length > LONGEST ? null : fragment;
}

/**
 * What a fragment says; null for one that holds no document.  Throws a RangeError for a document larger
 * than `limit` bytes, and another error for one that is damaged.
 */
export async function linkedBy(fragment: string, limit: number): Promise<Linked | null> {
  if (!fragment.startsWith(MARK)) return null;
  const packed = bytesOf(fragment.slice(MARK.length));
  const bytes = await all(through(packed, new DecompressionStream("deflate-raw")), 2 * limit + 1000);
  const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  if (typeof value !== "object" || value === null) throw new TypeError("not an object");
  const { text, targets, shape, time_zone } = value as Record<string, unknown>;
  if (typeof text !== "string") throw new TypeError("no text");
  if (text.length > limit) throw new RangeError("too large");
  return {
    text,
    targets: Array.isArray(targets) ? targets.filter((each) => typeof each === "string") : [],
    shape: typeof shape === "string" ? shape : "",
    time_zone: typeof time_zone === "string" ? time_zone : "",
  };
}

function through(bytes: Uint8Array<ArrayBuffer>, stream: GenericTransformStream): ReadableStream<Uint8Array> {
  return new Blob([bytes]).stream().pipeThrough(stream as ReadableWritablePair<Uint8Array, Uint8Array>);
}

/** All that a stream gives, up to `limit` bytes: what is packed may be far larger than it looks. */
async function all(stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      await reader.cancel();
      throw new RangeError("too large");
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const each of parts) {
    whole.set(each, at);
    at += each.length;
  }
  return whole;
}

function base64url(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(plain.length);
  for (let at = 0; at < plain.length; at++) bytes[at] = plain.charCodeAt(at);
  return bytes;
}
