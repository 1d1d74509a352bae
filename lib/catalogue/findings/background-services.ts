import type { Remedy } from '../../model/finding.ts';

/** What most often stands behind background work that does not get done. */
export const CAUSES_OF_STANDSTILL = [
  'redis-down',
  'redis-refusing-writes',
  'redis-restarted-empty',
  'postgres-down',
  'postgres-lock-contention',
  'postgres-connections-high',
  'postgres-cpu-high',
] as const;

/** The same names the Helm chart gives. */
export const RESTART_SERVICES: Remedy = {
  text: 'Restart the background services: a process that lost its Redis or its database may run on and do nothing.',
  command: 'kubectl rollout restart deployment/prefect-server-background-services -n <namespace>',
};

export const READ_SERVICES_LOG: Remedy = {
  text: 'Read their log: what a run of theirs raised is written there and nowhere else.',
  command: 'kubectl logs -n <namespace> deployment/prefect-server-background-services --since=15m',
};

/** The start of a list of names, and how many more there are. */
export function namesOf(names: readonly string[], shown = 4): string {
  const rest = names.length - shown;
  return rest > 0 ? `${names.slice(0, shown).join(', ')} and ${rest} more` : names.join(', ');
}

/** Seconds as people read them. */
export function spoken(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  return seconds < 7200 ? `${(seconds / 60).toFixed(0)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
