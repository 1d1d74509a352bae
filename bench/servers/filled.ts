import type { Redis } from 'ioredis';
import { CONSUMER_SERVICES } from '../../lib/catalogue/prefect/services.ts';

/** What a probe finds: a docket, streams, one of whose lag the server lost count, a queue of ARQ, dead letters. */
export async function fill(client: Redis): Promise<void> {
  const now = Date.now() / 1000;
  await client.zadd('prefect:queue', now + 60, 'monitor_late_runs');
  await client.hset('prefect:runs:monitor_worker_health', { state: 'running' });
  await client.zadd('prefect:task-workers:monitor_worker_health', now + 600, 'services#1');
  await client.zadd('prefect:workers', now, 'services#1');
  await client.zadd('prefect:task-workers:monitor_late_runs', now, 'services#1');
  const run = { state: 'scheduled', started_at: new Date().toISOString(), generation: '3' };
  await client.hset('prefect:runs:monitor_late_runs', run);
  await client.xgroup('CREATE', 'prefect:stream', 'docket-workers', '0', 'MKSTREAM');
  await client.xadd('prefect:stream', '*', 'key', 'mark_flow_run_late');
  await client.zadd('arq:queue', 1000 * now, 'job');
  await client.sadd('dlq', 'letter');
  await client.zadd('triggers:waitlist', now, 'event');
  for (const stream of ['events', 'actions', 'webhooks']) {
    const ids = [];
    for (let n = 0; n < 3; n++) ids.push((await client.xadd(stream, '*', 'data', 'secret')) ?? '');
    for (const { group } of CONSUMER_SERVICES.filter((s) => s.stream === stream || stream === 'webhooks')) {
      await client.xgroup('CREATE', stream, group, '0');
      await client.xreadgroup('GROUP', group, 'one', 'COUNT', 1, 'STREAMS', stream, '>');
    }
    await client.xdel(stream, ids[1] ?? '');
  }
}
