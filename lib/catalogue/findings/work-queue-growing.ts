import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { CAUSES_OF_STANDSTILL, spoken } from './background-services.ts';
import { MINUTELY } from './defaults.ts';

/** A burst is worked off within a minute; a first job that is due for longer is not. */
const OLDEST_SECONDS_MIN = 60;

export const workQueueGrowing: FindingDefinition = {
  ...MINUTELY,
  id: 'work-queue-growing',
  kinds: ['redis'],
  component: 'services',
  title: 'A queue of background work grows',
  needs: ['redis.arq.due', 'redis.arq.due_per_minute', 'redis.arq.oldest_due_seconds'],
  thresholds: { warning: { enter: 100, leave: 20 }, critical: { enter: 2000, leave: 1000 } },
  meaning:
    'More jobs are due than the background services finish, the first of them has been due for longer than a minute, and there were more of them than a minute before.',
  impact:
    'Scheduling, deletions and push work pools come later and later, and the queue fills the memory of Redis.',
  remedy: [
    {
      text: 'See whether the background services run; they may be given more replicas.',
      command: 'kubectl get pods -n <namespace> | grep background',
    },
    { text: 'Look at the database: jobs that wait for it hold every place of the workers.' },
    {
      text: 'See the first jobs and when they were due.',
      command: 'redis-cli ZRANGE <queue> 0 9 WITHSCORES',
    },
  ],
  causes: CAUSES_OF_STANDSTILL,
  source: ['Prefect, Infrastructure services: Work', 'Prefect Vitals: Customer-Managed Redis'],
  judge(look) {
    const growing = look.all('redis.arq.due').flatMap(({ value, labels }) => {
      const queue = labels?.queue ?? '';
      const same = (signal: string) => look.all(signal).find((r) => r.labels?.queue === queue)?.value ?? 0;
      const severity = value === null ? null : look.level(value);
      const perMinute = same('redis.arq.due_per_minute');
      const oldest = same('redis.arq.oldest_due_seconds');
      if (value === null || severity === null || perMinute <= 0 || oldest < OLDEST_SECONDS_MIN) return [];
      return [{ queue, value, severity, perMinute, oldest }];
    });
    const [first] = growing;
    if (first === undefined) return null;
    const severity = growing.some((g) => g.severity === 'critical') ? 'critical' : 'warning';
    return {
      severity,
      evidence: growing.map(({ queue, value, perMinute, oldest }) => ({
        text: `queue ${queue}: ${value} jobs are due, ${perMinute.toFixed(0)} more each minute; the first for ${spoken(oldest)}`,
        signal: 'redis.arq.due',
        value,
        threshold: look.threshold(severity),
      })),
      remedy: workQueueGrowing.remedy.map(({ text, command }) => ({
        text,
        ...(command !== undefined && { command: command.replace('<queue>', () => shellWord(first.queue)) }),
      })),
    };
  },
};
