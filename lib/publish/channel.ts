import type { IncidentChange } from '../model/incident.ts';

/** One way by which people are told. What one of them cannot deliver, the others do. */
export interface Channel {
  /** Names its marks in the table. */
  readonly name: string;
  /**
   * For how long after a change it is tried again. Everything behind the change waits for it, on the other channels as
   * well; null is for as long as the stream hands it out.
   */
  readonly patienceSeconds: number | null;
  /** @throws Refused when trying again is no use; anything else is tried again. */
  send(change: IncidentChange): Promise<void>;
}

/** Thrown when a channel will not have this message, now or later. */
export class Refused extends Error {
  override readonly name = 'Refused';
}
