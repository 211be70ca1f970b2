// The latest question wins: an answer to an older one is never shown.

import type { Inspection, Question } from "./answers";
import { server } from "./server";

/** Milliseconds that a question may take before a newer one ends it. */
const PATIENCE = 1500;

interface Flight {
  number: number;
  started: number;
  controller: AbortController;
}

/**
 * Asks one question at a time.  Whoever asks again gets the answer to that alone: a question under way
 * is let come to its end where that is soon, and else given up.
 */
export class LatestInspection {
  private number = 0;
  private waiting: Question | null = null;
  private flight: Flight | null = null;
  private timer = 0;

  constructor(
    private readonly show: (answer: Inspection, question: Question) => void,
    private readonly fail: (error: unknown) => void,
    private readonly busy: (isBusy: boolean) => void,
  ) {}

  /** Answers to what was asked so far are not wanted any more: the document has changed. */
  outdate(): void {
    this.number++;
  }

  ask(question: Question): void {
    this.number++;
    this.waiting = question;
    this.next();
  }

  private next(): void {
    clearTimeout(this.timer);
    if (this.waiting === null) return;
    if (this.flight !== null) {
      const left = this.flight.started + PATIENCE - performance.now();
      if (left > 0) this.timer = window.setTimeout(() => this.next(), left);
      else this.flight.controller.abort();
      return;
    }
    const question = this.waiting;
    this.waiting = null;
    void this.fly(question, this.number);
  }

  private async fly(question: Question, number: number): Promise<void> {
    const flight = { number, started: performance.now(), controller: new AbortController() };
    this.flight = flight;
    this.busy(true);
    try {
      const answer = await server.inspect(question, flight.controller.signal);
      if (number === this.number) this.show(answer, question);
    } catch (error) {
      if (number === this.number) this.fail(error);
    } finally {
      this.flight = null;
      this.busy(this.waiting !== null);
      this.next();
    }
  }
}
