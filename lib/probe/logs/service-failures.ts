import { failureIn } from '../../catalogue/prefect/told-failures.ts';
import type { LogEvent } from './events.ts';
import { subjectOf } from './recognise.ts';
import { sampleOf } from './redact.ts';

/** What one log told of a background service that failed. Times are in ms; null where lines bear none. */
export interface ServiceFailure {
  readonly service: string;
  readonly inARow: number;
  readonly lastAt: number | null;
  readonly durationMs: number | null;
  /** What it raised, redacted. */
  readonly error: string;
}

/** Follows the failures of each background service through one log. */
export class ServiceFailures {
  readonly #last = new Map<string, ServiceFailure>();

  add(event: LogEvent): void {
    const failure = failureIn(event.message);
    if (failure === null) return;
    const { service, inARow, durationMs } = failure;
    this.#last.set(service, {
      service,
      inARow: inARow ?? (this.#last.get(service)?.inARow ?? 0) + 1,
      lastAt: event.at,
      durationMs,
      error: sampleOf(event.exception ?? subjectOf(event)),
    });
  }

  get all(): readonly ServiceFailure[] {
    return [...this.#last.values()];
  }
}
