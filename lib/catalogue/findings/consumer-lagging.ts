import type { FindingDefinition } from '../finding.ts';
import { LAGGING_MESSAGES } from '../prefect/consumption.ts';
import { consumptionAt } from '../prefect/look.ts';
import { CAUSES_OF_STANDSTILL, READ_SERVICES_LOG, RESTART_SERVICES, spoken } from './background-services.ts';
import { MINUTELY } from './defaults.ts';

export const consumerLagging: FindingDefinition = {
  ...MINUTELY,
  id: 'consumer-lagging',
  kinds: ['redis'],
  component: 'services',
  title: 'A consumer of events is falling behind',
  needs: ['redis.consumer.lag'],
  thresholds: {
    warning: { enter: LAGGING_MESSAGES, leave: LAGGING_MESSAGES / 5 },
    critical: { enter: 50 * LAGGING_MESSAGES, leave: 25 * LAGGING_MESSAGES },
  },
  meaning: 'More messages wait in the stream for a consumer group than the threshold.',
  impact:
    'Events reach PostgreSQL and automations late; the stream grows in the memory of Redis until it is trimmed, and what a group was not given by then is lost to it.',
  remedy: [
    { text: 'Look at the database first: the persister and the recorder wait for it.' },
    { text: 'See how far each group is.', command: 'redis-cli XINFO GROUPS events' },
    READ_SERVICES_LOG,
    RESTART_SERVICES,
  ],
  causes: ['consumer-silent', 'docket-no-live-worker', ...CAUSES_OF_STANDSTILL],
  source: ['Prefect, Monitoring the stack: Redis Streams', 'Prefect discussion 20738'],
  judge(look) {
    const behind = consumptionAt(look).flatMap((c) => {
      const severity = c.lag === null ? null : look.level(c.lag);
      return severity === null ? [] : [{ ...c, severity }];
    });
    if (behind.length === 0) return null;
    const severity = behind.some((b) => b.severity === 'critical') ? 'critical' : 'warning';
    return {
      severity,
      evidence: behind.map(({ service, lag, pending, oldestPendingSeconds }) => {
        const unconfirmed = pending
          ? `, ${pending} more not confirmed, the oldest for ${spoken(oldestPendingSeconds ?? 0)}`
          : '';
        return {
          text: `${service.name} (${service.does}): ${lag} messages wait${unconfirmed}`,
          signal: 'redis.consumer.lag',
          value: lag,
          threshold: look.threshold(severity),
        };
      }),
    };
  },
};
