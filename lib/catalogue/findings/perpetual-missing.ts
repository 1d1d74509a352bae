import type { FindingDefinition, Look } from '../finding.ts';
import { expectationsIn, holdsDocket, progressAt } from '../prefect/look.ts';
import { READ_SERVICES_LOG, RESTART_SERVICES } from './background-services.ts';
import { MINUTELY } from './defaults.ts';

/** Docket puts back what is missing within a minute of its own: only what stays away for longer is told. */
const RESEEDED_SECONDS = 110;

const isKnownElsewhere = (look: Look, name: string): boolean =>
  look
    .elsewhere('redis')
    .some(({ all }) =>
      all('redis.perpetual.workers').some((r) => r.labels?.service === name && r.value !== null),
    );

export const perpetualMissing: FindingDefinition = {
  ...MINUTELY,
  id: 'perpetual-missing',
  kinds: ['redis'],
  component: 'services',
  title: 'Background services are not scheduled at all',
  needs: ['redis.docket.workers'],
  pendingSeconds: RESEEDED_SECONDS,
  meaning:
    "Prefect's settings say that a periodic service is on, and no docket knows it: nobody started it, its chain of runs was cut, or Redis lost it.",
  impact: 'What the service does no longer happens: see each of them in the evidence.',
  remedy: [
    {
      text: 'See whether the process of the background services runs, and whether it uses this Redis.',
      command: 'kubectl get pods -n <namespace> -l app.kubernetes.io/component=background-services',
    },
    RESTART_SERVICES,
    READ_SERVICES_LOG,
  ],
  causes: [
    'docket-in-memory',
    'redis-restarted-empty',
    'redis-flushed',
    'redis-down',
    'redis-refusing-writes',
    'docket-no-live-worker',
  ],
  source: ['Prefect, background services', 'Prefect Vitals: background services'],
  judge(look) {
    const { settings } = expectationsIn(look.elsewhere('prefect'));
    if (settings?.docket.backend !== 'redis' || !holdsDocket(look)) return null;
    const missing = progressAt(look).filter(
      (p) => p.isExpected === true && p.isKnown === false && !isKnownElsewhere(look, p.service.name),
    );
    return missing.length === 0
      ? null
      : {
          severity: 'critical',
          evidence: missing.map(({ service }) => ({
            text: `${service.name} (${service.does}) is switched on and in no docket`,
            signal: 'redis.perpetual.last_start_age_seconds',
            value: null,
          })),
        };
  },
};
