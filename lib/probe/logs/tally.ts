import type { Theme } from '../../catalogue/signatures/signature.ts';
import type { LogEvent } from './events.ts';
import { type Recogniser, subjectOf } from './recognise.ts';
import { sampleOf } from './redact.ts';
import { type ServiceFailure, ServiceFailures } from './service-failures.ts';

/** How often a signature was seen in one log. Times are in ms; null where lines bear none. */
export interface Sighting {
  readonly signature: string;
  readonly count: number;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  /** One of them, redacted. */
  readonly sample: string;
}

export interface Counts {
  readonly events: number;
  /** Events at level error, or that nobody caught. */
  readonly errors: number;
  readonly sightings: readonly Sighting[];
  /** Events of each theme: one that shows two signatures of a theme counts once. */
  readonly themes: ReadonlyMap<Theme, number>;
  /** Of each background service that failed, the last failure. */
  readonly failures: readonly ServiceFailure[];
}

interface Seen {
  count: number;
  firstAt: number | null;
  lastAt: number | null;
  readonly sample: string;
}

/** The server tells an error it did not expect, and the program around it tells the same once more. */
const TOLD = 'Encountered exception in request:';
const TOLD_AGAIN = 'Exception in ASGI application';
const TOLD_EXCEPTIONS_MAX = 50;

/** Counts the events of one log. */
export class Tally {
  readonly #signaturesOf: Recogniser['signaturesOf'];
  readonly #seen = new Map<string, Seen>();
  readonly #themes = new Map<Theme, number>();
  readonly #told = new Map<string, number>();
  readonly #failures = new ServiceFailures();
  #events = 0;
  #errors = 0;

  constructor({ signaturesOf }: Pick<Recogniser, 'signaturesOf'>) {
    this.#signaturesOf = signaturesOf;
  }

  get counts(): Counts {
    const sightings = [...this.#seen].map(([signature, seen]) => ({ signature, ...seen }));
    return {
      events: this.#events,
      errors: this.#errors,
      sightings,
      themes: new Map(this.#themes),
      failures: this.#failures.all,
    };
  }

  add(event: LogEvent): void {
    if (this.#isEcho(event)) return;
    this.#events++;
    if (event.level === 'error') this.#errors++;
    const shown = this.#signaturesOf(event);
    if (shown.length > 0) this.#failures.add(event);
    for (const { id } of shown) this.#see(id, event);
    for (const theme of new Set(shown.map((s) => s.theme))) {
      this.#themes.set(theme, (this.#themes.get(theme) ?? 0) + 1);
    }
  }

  #see(signature: string, event: LogEvent): void {
    const seen = this.#seen.get(signature);
    if (seen === undefined) {
      const sample = sampleOf(subjectOf(event));
      this.#seen.set(signature, { count: 1, firstAt: event.at, lastAt: event.at, sample });
      return;
    }
    seen.count++;
    seen.lastAt = event.at ?? seen.lastAt;
  }

  #isEcho({ level, message, exception }: LogEvent): boolean {
    if (level !== 'error' || exception === null) return false;
    const times = this.#told.get(exception) ?? 0;
    if (message.endsWith(TOLD)) {
      if (this.#told.size >= TOLD_EXCEPTIONS_MAX) this.#told.clear();
      this.#told.set(exception, times + 1);
      return false;
    }
    if (times === 0 || !message.includes(TOLD_AGAIN)) return false;
    this.#told.set(exception, times - 1);
    return true;
  }
}
