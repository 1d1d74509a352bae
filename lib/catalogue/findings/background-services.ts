import type { Remedy } from '../../model/finding.ts';

/** What helps when a background service of Prefect stands still: they share a process. */
export const READ_SERVICES_LOG: Remedy = {
  text: 'See whether the background services run and what they say.',
  command: 'kubectl logs -n <namespace> deployment/prefect-background-services --tail=200',
};
export const RESTART_SERVICES: Remedy = {
  text: 'Restart them: after Redis was away some releases stay stalled until then.',
  command: 'kubectl rollout restart deployment/prefect-background-services -n <namespace>',
};
