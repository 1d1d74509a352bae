import type { FindingDefinition } from '../finding.ts';
import { hasWork, SILENT_SECONDS } from '../prefect/consumption.ts';
import { consumptionAt } from '../prefect/look.ts';
import { READ_SERVICES_LOG, RESTART_SERVICES, spoken } from './background-services.ts';
import { MINUTELY } from './defaults.ts';

export const consumerSilent: FindingDefinition = {
  ...MINUTELY,
  id: 'consumer-silent',
  kinds: ['redis'],
  component: 'services',
  title: 'A consumer of events has stopped asking for them',
  needs: ['redis.consumer.idle_seconds'],
  thresholds: { critical: { enter: SILENT_SECONDS, leave: SILENT_SECONDS / 2 } },
  meaning:
    'Messages wait for a consumer group and none of its consumers has asked for any: its task died while its process goes on, or the process is gone or frozen.',
  impact:
    'Its events are not handled. After five minutes of silence Redis may drop what it was not given: those events are lost to it.',
  remedy: [
    RESTART_SERVICES,
    { text: 'See who reads for the group.', command: 'redis-cli XINFO CONSUMERS <stream> <group>' },
    READ_SERVICES_LOG,
  ],
  causes: ['redis-down', 'redis-refusing-writes', 'redis-restarted-empty', 'docket-no-live-worker'],
  source: ['Prefect, background services', 'Prefect issue 19080'],
  judge(look) {
    const silent = consumptionAt(look).filter(
      (c) => c.idleSeconds !== null && hasWork(c) && look.level(c.idleSeconds) !== null,
    );
    const [first] = silent;
    if (first === undefined) return null;
    return {
      severity: 'critical',
      evidence: silent.map(({ service, idleSeconds, lag, pending }) => ({
        text: `${service.name} (${service.does}) last asked ${spoken(idleSeconds ?? 0)} ago; ${(lag ?? 0) + (pending ?? 0)} messages wait`,
        signal: 'redis.consumer.idle_seconds',
        value: idleSeconds,
        threshold: look.threshold('critical'),
      })),
      remedy: consumerSilent.remedy.map(({ text, command }) => ({
        text,
        ...(command !== undefined && {
          command: command.replace('<stream>', first.service.stream).replace('<group>', first.service.group),
        }),
      })),
    };
  },
};
