import type { FindingDefinition } from '../finding.ts';
import { LAGGING_MESSAGES } from '../prefect/consumption.ts';
import { shellWord } from '../quoting.ts';
import { CAUSES_OF_STANDSTILL, spoken } from './background-services.ts';
import { MINUTELY } from './defaults.ts';

/** So many are named; the worst of them tell what the others would. */
const SHOWN_MAX = 5;

export const streamGroupLagging: FindingDefinition = {
  ...MINUTELY,
  id: 'stream-group-lagging',
  kinds: ['redis'],
  component: 'services',
  title: 'A consumer group falls further and further behind its stream',
  needs: ['redis.streams.group_lag', 'redis.streams.group_lag_per_minute'],
  thresholds: {
    warning: { enter: LAGGING_MESSAGES, leave: LAGGING_MESSAGES / 5 },
    critical: { enter: 50 * LAGGING_MESSAGES, leave: 25 * LAGGING_MESSAGES },
  },
  meaning:
    'More messages wait in a stream for a consumer group than the threshold, and there were more of them than a minute before.',
  impact:
    'What the group does with messages comes late: automations fire late, or events reach PostgreSQL late. The stream grows until it is trimmed, and what was not read by then is lost.',
  remedy: [
    { text: 'See how far each group of the stream is.', command: 'redis-cli XINFO GROUPS <stream>' },
    {
      text: 'See whether the consumers (actions, ladler, triggers) run; they may be given more replicas.',
      command: 'kubectl get pods -n <namespace>',
    },
    { text: 'Look at the events database: what moves events there waits for it.' },
  ],
  causes: [...CAUSES_OF_STANDSTILL, 'redis-cpu-high-streams'],
  source: ['Prefect, Monitoring the stack: Redis Streams', 'Prefect, Infrastructure services: Streams'],
  judge(look) {
    const same = (signal: string, group: string) =>
      look.all(signal).find((r) => r.labels?.group === group)?.value ?? 0;
    const behind = look
      .all('redis.streams.group_lag')
      .flatMap(({ value, labels }) => {
        const group = labels?.group ?? '';
        const severity = value === null ? null : look.level(value);
        const perMinute = same('redis.streams.group_lag_per_minute', group);
        return value === null || severity === null || perMinute <= 0
          ? []
          : [{ group, value, severity, perMinute }];
      })
      .toSorted((a, b) => b.value - a.value);
    const [worst] = behind;
    if (worst === undefined) return null;
    const [stream = ''] = worst.group.split('/');
    return {
      severity: worst.severity,
      evidence: behind.slice(0, SHOWN_MAX).map(({ group, value, perMinute }) => {
        const pending = same('redis.streams.group_pending', group);
        const oldest = same('redis.streams.group_oldest_pending_seconds', group);
        const unconfirmed =
          pending === 0 ? '' : `; ${pending} not confirmed, the oldest for ${spoken(oldest)}`;
        return {
          text: `${group}: ${value} messages wait, ${perMinute.toFixed(0)} more each minute${unconfirmed}`,
          signal: 'redis.streams.group_lag',
          value,
          threshold: look.threshold(worst.severity),
        };
      }),
      remedy: streamGroupLagging.remedy.map(({ text, command }) => ({
        text,
        ...(command !== undefined && { command: command.replace('<stream>', () => shellWord(stream)) }),
      })),
    };
  },
};
