import type { FindingDefinition, Look } from '../finding.ts';
import { consumptionAt, holdsDocket, holdsMessaging } from '../prefect/look.ts';
import { READ_SERVICES_LOG, RESTART_SERVICES } from './background-services.ts';
import { MINUTELY } from './defaults.ts';

const isPresentElsewhere = (look: Look, group: string): boolean =>
  look
    .elsewhere('redis')
    .some(({ all }) => all('redis.consumer.present').some((r) => r.labels?.group === group && r.value === 1));

/** Where streams are; where they are nowhere, beside the docket, which shows that Prefect uses this Redis at all. */
const isPlaceOfStreams = (look: Look): boolean =>
  holdsMessaging(look) ||
  (holdsDocket(look) &&
    look.target.roles.includes('streams') &&
    !look.elsewhere('redis').some(holdsMessaging));

export const consumerMissing: FindingDefinition = {
  ...MINUTELY,
  id: 'consumer-missing',
  kinds: ['redis'],
  component: 'services',
  title: 'A consumer of events was never started',
  needs: ['redis.consumer.present'],
  meaning:
    "Prefect's settings say that a consumer is on, and its group is on no stream: its process does not run, uses another Redis, or Redis lost its data.",
  impact: 'Events are published and nobody takes them; Redis drops them after a while. See the evidence.',
  remedy: [
    { text: 'See the groups of the stream.', command: 'redis-cli XINFO GROUPS events' },
    RESTART_SERVICES,
    READ_SERVICES_LOG,
  ],
  causes: ['redis-restarted-empty', 'redis-flushed', 'redis-down', 'redis-refusing-writes'],
  source: ['Prefect, background services', 'Prefect issue 19080'],
  judge(look) {
    if (!isPlaceOfStreams(look)) return null;
    const missing = consumptionAt(look).filter(
      (c) => c.isExpected === true && c.isPresent === false && !isPresentElsewhere(look, c.service.group),
    );
    return missing.length === 0
      ? null
      : {
          severity: 'critical',
          evidence: missing.map(({ service }) => ({
            text: `${service.name} (${service.does}): stream ${service.stream} has no group ${service.group}`,
            signal: 'redis.consumer.present',
            value: 0,
          })),
        };
  },
};
