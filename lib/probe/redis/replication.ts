import type { Redis } from 'ioredis';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';
import { type Info, info, numberIn, partsOf } from './info.ts';

const SECTION = 'replication';
const REPLICAS_MAX = 32;

const IS_MASTER: Unknown = { reason: 'not-configured', detail: 'this server is no replica' };
const NEVER_HEARD: Unknown = {
  reason: 'missing',
  detail: 'the master was not heard since this replica started',
};
const NO_REPLICA: Unknown = { reason: 'not-configured', detail: 'no replica is connected' };
const NONE_IN_STEP: Unknown = { reason: 'missing', detail: 'no replica has finished its first copy' };

/** What a master knows of one replica. Its lag means something once the first copy is done. */
interface Replica {
  readonly state: string;
  readonly lagBytes: number;
  readonly lagSeconds: number;
}

function replicasOf(fields: Info): readonly Replica[] {
  const replicas = [...fields].filter(([name]) => /^slave\d+$/.test(name)).slice(0, REPLICAS_MAX);
  return replicas.map(([, value]) => {
    const parts = partsOf(value);
    const behind = numberIn(fields, 'master_repl_offset') - numberIn(parts, 'offset');
    return {
      state: parts.get('state') ?? 'unknown',
      lagBytes: Math.max(0, behind),
      lagSeconds: Math.max(0, numberIn(parts, 'lag')),
    };
  });
}

/** While the link is down the server says for how long; -1 when it never was up. */
function asReplica(fields: Info): readonly Sample[] {
  const isUp = fields.get('master_link_status') === 'up';
  const silent = numberIn(fields, isUp ? 'master_last_io_seconds_ago' : 'master_link_down_since_seconds');
  return [
    { signal: 'redis.replication.link_up', value: isUp ? 1 : 0 },
    { signal: 'redis.replication.silent_seconds', value: silent < 0 ? NEVER_HEARD : silent },
  ];
}

const asMaster: readonly Sample[] = [
  { signal: 'redis.replication.link_up', value: IS_MASTER },
  { signal: 'redis.replication.silent_seconds', value: IS_MASTER },
];

/** Whether this is a replica and hears its master, and how far its own replicas are behind. */
export const replication: Collector<Redis> = {
  name: 'replication',
  tier: 'minute',
  signals: [
    'redis.replication.link_up',
    'redis.replication.silent_seconds',
    'redis.replicas',
    'redis.replicas.lag_bytes',
    'redis.replicas.lag_seconds',
  ],
  cheap: 'INFO replication reads one line for each replica',
  async collect(redis) {
    const fields = await info(redis, SECTION);
    const isReplica = fields.get('role') === 'slave';
    const replicas = replicasOf(fields);
    const inStep = replicas.filter((r) => r.state === 'online');
    const none = replicas.length === 0 ? NO_REPLICA : NONE_IN_STEP;
    const most = (of: (replica: Replica) => number) =>
      inStep.length === 0 ? none : Math.max(...inStep.map(of));
    return {
      samples: [
        ...(isReplica ? asReplica(fields) : asMaster),
        { signal: 'redis.replicas', value: numberIn(fields, 'connected_slaves') },
        { signal: 'redis.replicas.lag_bytes', value: most((r) => r.lagBytes) },
        { signal: 'redis.replicas.lag_seconds', value: most((r) => r.lagSeconds) },
      ],
      facts: { role: isReplica ? 'replica' : 'master' },
    };
  },
};
