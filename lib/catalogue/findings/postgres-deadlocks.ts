import type { Remedy } from '../../model/finding.ts';
import type { Facts } from '../../model/report.ts';
import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';
import { changeSettings } from './postgres-setting.ts';

const SEE: Remedy = {
  text: 'See in the log of the server which statements they were; the sessions waiting now are here.',
  command:
    'SELECT pid, application_name, client_addr, wait_event, left(query, 200) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0;',
};
const logWaits = (facts: Facts): Remedy => ({
  text: 'Let the log show long waits before they become deadlocks.',
  command: changeSettings({ log_lock_waits: 'on' }, facts),
});
const FEWER: Remedy = {
  text: 'Many API replicas that change the same rows cause them: run fewer, and upgrade Prefect, whose releases keep removing such cycles.',
};

export const postgresDeadlocks: FindingDefinition = {
  ...MINUTELY,
  id: 'postgres-deadlocks',
  kinds: ['postgres'],
  component: 'database',
  title: 'Transactions deadlock',
  needs: ['postgres.deadlocks.per_minute'],
  // Half of one a minute: one deadlock between two probes counts, however far apart they were.
  thresholds: { warning: { enter: 0.5, leave: 0.1 }, critical: { enter: 10, leave: 2 } },
  meaning:
    'Again and again two transactions wait for each other, until the server ends one of them after deadlock_timeout.',
  impact:
    "The one that is ended fails: an API request answers 500 or 503, a run's state change is lost or retried, and meanwhile both held their locks for a second.",
  remedy: [SEE, logWaits({}), FEWER],
  causes: ['postgres-lock-contention'],
  source: ['Prefect issues 19027, 17767 and 21791', 'PostgreSQL, pg_stat_database'],
  judge: (look) => {
    const perMinute = look.value('postgres.deadlocks.per_minute');
    const severity = look.level(perMinute);
    if (severity === null) return null;
    return {
      severity,
      evidence: [
        {
          text: `${perMinute.toFixed(1)} deadlocks a minute since the probe before`,
          signal: 'postgres.deadlocks.per_minute',
          value: perMinute,
          threshold: look.threshold(severity),
        },
      ],
      remedy: [SEE, logWaits(look.facts), FEWER],
    };
  },
};
