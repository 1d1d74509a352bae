import * as v from 'valibot';

/** From best to worst by {@link worstOf}; `unknown` stands beside the scale, never on it. */
export const STATUSES = ['healthy', 'warning', 'degraded', 'error', 'unknown'] as const;
export const StatusSchema = v.picklist(STATUSES);
export type Status = v.InferOutput<typeof StatusSchema>;

const BADNESS = { healthy: 0, unknown: 1, warning: 2, degraded: 3, error: 4 } as const satisfies Record<
  Status,
  number
>;

/** The worst of several statuses. What is unknown hides no known fault, and no health hides what is unknown. */
export function worstOf(statuses: readonly Status[]): Status {
  return statuses.reduce<Status>((worst, s) => (BADNESS[s] > BADNESS[worst] ? s : worst), 'healthy');
}
