import * as v from 'valibot';
import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { READ_SERVICES_LOG, RESTART_SERVICES } from './background-services.ts';
import { IN_ONE_REPORT } from './defaults.ts';

const Names = v.fallback(v.array(v.string()), []);
const NAMED = 5;
/** So many deployments, and all of them, do not lose their schedules one by one. */
const ALL_MIN = 3;

export const scheduleHorizonEmpty: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'schedule-horizon-empty',
  kinds: ['postgres'],
  component: 'services',
  title: 'Active schedules have no run to come',
  needs: ['postgres.deployments.without_future_run', 'postgres.deployments.scheduled'],
  thresholds: { warning: { enter: 1, leave: 1 } },
  meaning:
    'The scheduler keeps at least three runs ahead of every active schedule, and these have none. It is critical when no schedule has one: then the scheduler does not run. A schedule that fires less than every 100 days has none for good reason.',
  impact: 'Their flows do not run any more, and no run becomes late or fails to tell of it.',
  remedy: [
    READ_SERVICES_LOG,
    RESTART_SERVICES,
    { text: "See a deployment's schedules.", command: 'prefect deployment schedule ls <flow/deployment>' },
  ],
  causes: ['redis-down', 'prefect-not-ready', 'postgres-lock-contention', 'postgres-connections-high'],
  source: ['Prefect issues 22436, 15045 and 15919', 'Prefect discussion 20738: schedule_deployments'],
  judge: (look) => {
    const without = look.value('postgres.deployments.without_future_run');
    const level = look.level(without);
    if (level === null) return null;
    const scheduled = look.value('postgres.deployments.scheduled');
    const names = v.parse(Names, look.facts.deployments_without_future_run).slice(0, NAMED);
    return {
      severity: without === scheduled && scheduled >= ALL_MIN ? 'critical' : level,
      evidence: [
        {
          text: `${without} of ${scheduled} deployments with an active schedule have no run to come`,
          signal: 'postgres.deployments.without_future_run',
          value: without,
          threshold: look.threshold(level),
        },
        ...(names.length > 0 ? [{ text: `among them ${names.join(', ')}` }] : []),
      ],
      ...(names.length > 0 && {
        remedy: [
          READ_SERVICES_LOG,
          RESTART_SERVICES,
          ...names.map((name) => ({
            text: 'See its schedules.',
            command: `prefect deployment schedule ls ${shellWord(name)}`,
          })),
        ],
      }),
    };
  },
};
