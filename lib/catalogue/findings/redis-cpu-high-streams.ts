import type { FindingDefinition, Look } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

/** What ElastiCache says of the one thread that runs commands counts for more: a process has threads beside it. */
function cpuOf(look: Look) {
  const engine = look.all('redis.engine_cpu.used_percent')[0]?.value ?? null;
  return engine === null
    ? { signal: 'redis.cpu.used_percent', used: look.value('redis.cpu.used_percent'), of: 'one core' }
    : { signal: 'redis.engine_cpu.used_percent', used: engine, of: 'the thread that runs commands' };
}

export const redisCpuHighStreams: FindingDefinition = {
  ...MINUTELY,
  // Four reports in a row: a burst of events is what the instance is for.
  pendingSeconds: 170,
  id: 'redis-cpu-high-streams',
  kinds: ['redis'],
  component: 'redis',
  title: 'The Redis of the event streams is short of CPU',
  needs: ['redis.cpu.used_percent'],
  thresholds: { warning: { enter: 70, leave: 60 }, critical: { enter: 90, leave: 80 } },
  meaning:
    'The server uses most of one core, and it runs commands on one. Where streams live that may mean a backlog of unprocessed events.',
  impact:
    'Events are published and consumed late: automations fire late, and events and task runs reach PostgreSQL late.',
  remedy: [
    {
      text: 'See whether consumers are behind: groups with a growing lag.',
      command: 'redis-cli XINFO GROUPS events',
    },
    { text: 'See which commands take the time.', command: 'redis-cli SLOWLOG GET 10' },
    { text: 'Give streams an instance of their own, or one with a faster core; more cores do not help.' },
  ],
  causes: ['postgres-down', 'postgres-lock-contention', 'postgres-connections-high'],
  source: ['Prefect, Monitoring the stack: Redis'],
  judge: (look) => {
    if (!look.target.roles.includes('streams')) return null;
    const { signal, used, of } = cpuOf(look);
    const severity = look.level(used);
    if (severity === null) return null;
    return {
      severity,
      evidence: [
        {
          text: `${used.toFixed(0)} % of ${of} in use`,
          signal,
          value: used,
          threshold: look.threshold(severity),
        },
      ],
    };
  },
};
