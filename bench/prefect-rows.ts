import type pg from 'pg';

/** Tells how far the seeding is; seeding ten million rows takes minutes. */
export type Progress = (line: string) => void;

/** Rows a second of a busy installation: a longer history at the same pace, not a faster one. */
const RUNS_PER_MINUTE = 300;
const BATCH_ROWS = 500_000;

/** What runs refer to: as many as a large installation has. Foreign keys are not checked while seeding. */
const REFERRED = `
  INSERT INTO flow (name) SELECT 'flow-' || i FROM generate_series(1, 200) i;
  INSERT INTO work_pool (name, type, concurrency_limit, status)
    SELECT 'pool-' || i, 'kubernetes', CASE WHEN i % 5 = 0 THEN 200 END, 'READY' FROM generate_series(1, 50) i;
  INSERT INTO work_queue (name, work_pool_id, last_polled, status)
    SELECT 'queue-' || i, p.id, now(), 'READY' FROM work_pool p, generate_series(1, 3) i;
  INSERT INTO worker (name, work_pool_id, last_heartbeat_time, heartbeat_interval_seconds, status)
    SELECT 'worker-' || i, p.id, now() - i * interval '6 hours', 30,
           (CASE WHEN i = 0 THEN 'ONLINE' ELSE 'OFFLINE' END)::worker_status
    FROM work_pool p, generate_series(0, 9) i;
  INSERT INTO deployment (name, flow_id, work_queue_id, status)
    SELECT 'deployment-' || i,
           (SELECT id FROM flow ORDER BY name OFFSET i % 200 LIMIT 1),
           (SELECT id FROM work_queue ORDER BY id OFFSET i % 150 LIMIT 1), 'READY'
    FROM generate_series(1, 2000) i;
  INSERT INTO deployment_schedule (schedule, active, deployment_id, updated)
    SELECT '{"cron": "0 * * * *"}', true, id, now() - interval '1 day' FROM deployment;
  INSERT INTO concurrency_limit_v2
      (active, name, "limit", active_slots, denied_slots, slot_decay_per_second, avg_slot_occupancy_seconds)
    SELECT true, 'limit-' || i, 10, i % 11, 0, 0, 2 FROM generate_series(1, 300) i`;

/** Numbered, so that a run can refer to the nth of them without sorting each time. */
const NUMBERED = `
  CREATE TEMP TABLE seed_deployment AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, flow_id, work_queue_id FROM deployment;
  ALTER TABLE seed_deployment ADD PRIMARY KEY (n);
  ANALYZE seed_deployment`;

const POLICY = `'{"retries": 0, "max_retries": 0, "resuming": false, "retry_type": null, "pause_keys": [], "retry_delay": 0}'`;
const COLUMNS = `(created, updated, name, state_type, state_name, state_timestamp, run_count, expected_start_time,
  next_scheduled_start_time, start_time, end_time, total_run_time, parameters, context, empirical_policy, tags,
  auto_scheduled, flow_id, deployment_id, work_queue_id, work_queue_name, infrastructure_pid)`;

/** Runs $2 to $3 of those numbered up to $1, which ends now: the lower the number, the older. 95 % completed. */
const HISTORY = `
  INSERT INTO flow_run ${COLUMNS}
  SELECT at, at + interval '40 s', 'quiet-' || (i % 997),
         outcome::state_type, initcap(outcome), at + interval '40 s', 1, at, NULL, at, at + interval '40 s',
         interval '40 s', '{"day": "today"}', '{}', ${POLICY}, '[]', i % 2 = 0,
         d.flow_id, d.id, d.work_queue_id, 'queue', 'pod-' || i
  FROM generate_series($2::bigint, $3::bigint) i
  JOIN seed_deployment d ON d.n = i % 2000
  CROSS JOIN LATERAL (SELECT now() - interval '1 minute' * (1 + ($1::bigint - i) / ${RUNS_PER_MINUTE}.0) AS at) t
  CROSS JOIN LATERAL (
    SELECT CASE WHEN i % 100 < 95 THEN 'COMPLETED' WHEN i % 100 < 98 THEN 'FAILED'
                WHEN i % 100 < 99 THEN 'CRASHED' ELSE 'CANCELLED' END AS outcome) s`;

const UNFINISHED = `
  INSERT INTO flow_run ${COLUMNS}
  SELECT CASE WHEN k.type = 'SCHEDULED' THEN now() - interval '1 hour' ELSE at END, at, 'busy-' || (i % 997),
         k.type::state_type, k.name, at, 0, due, CASE WHEN k.type = 'SCHEDULED' THEN due END,
         CASE WHEN k.type = 'RUNNING' THEN at END, NULL, interval '0 s', '{}', '{}', ${POLICY}, '[]', true,
         d.flow_id, d.id, d.work_queue_id, 'queue', NULL
  FROM (VALUES ('SCHEDULED', 'Scheduled', 14500, 1800, 7200), ('SCHEDULED', 'Late', 500, -600, 540),
               ('PENDING', 'Pending', 1900, -120, 110), ('PENDING', 'Submitting', 100, -7200, 6000),
               ('RUNNING', 'Running', 2000, -3600, 3500), ('CANCELLING', 'Cancelling', 50, -900, 800),
               ('PAUSED', 'Suspended', 20, -86400, 80000)) AS k (type, name, many, starts, spread)
  CROSS JOIN LATERAL generate_series(1, k.many) i
  JOIN seed_deployment d ON d.n = (i * 7) % 2000
  CROSS JOIN LATERAL (SELECT now() + interval '1 second' * (k.starts + random() * k.spread) AS due) t
  CROSS JOIN LATERAL (SELECT least(due, now() - interval '10 minutes' * random()) AS at) u`;

/** A day that went wrong: what should have started piles up, and what has started does not get on. */
const PILE = `
  INSERT INTO flow_run ${COLUMNS}
  SELECT now(), now(), 'stuck-' || (i % 997), k.type::state_type, k.name, at, 0, at,
         CASE WHEN k.type = 'SCHEDULED' THEN at END, NULL, NULL, interval '0 s', '{}', '{}', ${POLICY}, '[]', true,
         d.flow_id, d.id, d.work_queue_id, 'queue', NULL
  FROM (VALUES ('SCHEDULED', 'Late', 200000), ('PENDING', 'Pending', 100000), ('RUNNING', 'Running', 30000))
    AS k (type, name, many)
  CROSS JOIN LATERAL generate_series(1, k.many) i
  JOIN seed_deployment d ON d.n = i % 2000
  CROSS JOIN LATERAL (SELECT now() - interval '100 ms' * i AS at) t`;

/** Runs that ended in the last ten minutes: what a scan of recent changes meets. */
const RECENT = `
  INSERT INTO flow_run ${COLUMNS}
  SELECT at, at + interval '40 s', 'recent-' || i, 'COMPLETED', 'Completed', at + interval '40 s', 1, at, NULL, at,
         at + interval '40 s', interval '40 s', '{}', '{}', ${POLICY}, '[]', false,
         d.flow_id, d.id, d.work_queue_id, 'queue', 'pod'
  FROM generate_series(1, ${RUNS_PER_MINUTE * 10}) i
  JOIN seed_deployment d ON d.n = i % 2000
  CROSS JOIN LATERAL (SELECT now() - interval '40 s' - interval '1 minute' * i / ${RUNS_PER_MINUTE}.0 AS at) t`;

/** The states these runs went through, and as many of task runs, whose rows themselves nothing here reads. */
const STATES = `
  DELETE FROM flow_run_state;
  DELETE FROM task_run_state;
  INSERT INTO flow_run_state (flow_run_id, timestamp, type, name, message, created, updated)
  SELECT r.id, at, s.name::state_type, initcap(s.name), 'as it should be', at, at
  FROM flow_run r
  CROSS JOIN (VALUES ('SCHEDULED', 0), ('PENDING', 5), ('RUNNING', 10), ('COMPLETED', 40)) AS s (name, after)
  CROSS JOIN LATERAL (SELECT r.created + s.after * interval '1 s' AS at) t
  WHERE r.name LIKE 'recent-%';
  INSERT INTO task_run_state (task_run_id, timestamp, type, name, message, created, updated)
  SELECT gen_random_uuid(), timestamp, type, name, message, created, updated
  FROM flow_run_state`;

const EVENTS = `
  INSERT INTO events (occurred, event, resource_id, resource, related_resource_ids, related, payload, received,
                      recorded, created, updated)
  SELECT at, CASE WHEN i % 3 = 0 THEN 'prefect.flow-run.heartbeat' ELSE 'prefect.flow-run.Completed' END,
         'prefect.flow-run.' || md5((i % 100000)::text)::uuid,
         '{"prefect.resource.name": "quiet-otter"}', '["prefect.flow.1"]', '[]', '{}', at, at + interval '1 s',
         at + interval '1 s', at + interval '1 s'
  FROM generate_series($2::bigint, $3::bigint) i
  CROSS JOIN LATERAL (SELECT now() - interval '7 days' * ($1::bigint - i) / $1::float8 AS at) t`;

const EVENT_RESOURCES = `
  INSERT INTO event_resources (occurred, resource_id, resource_role, resource, event_id, created, updated)
  SELECT at, 'prefect.flow-run.' || md5((i % 100000)::text)::uuid, '', '{}', gen_random_uuid(),
         at + interval '1 s', at + interval '1 s'
  FROM generate_series($2::bigint, $3::bigint) i
  CROSS JOIN LATERAL (SELECT now() - interval '7 days' * ($1::bigint - i) / $1::float8 AS at) t`;

const HEARTBEATS = `
  INSERT INTO events (occurred, event, resource_id, resource, payload, received, recorded)
  SELECT now() - interval '1 minute' * n, 'prefect.flow-run.heartbeat', 'prefect.flow-run.' || r.id, '{}', '{}',
         now() - interval '1 minute' * n, now() - interval '1 minute' * n
  FROM (SELECT id FROM flow_run WHERE state_type = 'RUNNING') r, generate_series(0, 9, 3) n`;

const FORGET_UNFINISHED = `
  DELETE FROM flow_run WHERE state_type IN ('SCHEDULED', 'PENDING', 'RUNNING', 'CANCELLING', 'PAUSED')`;

const SECONDARY_INDEXES = `
  SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
  FROM pg_index i
  WHERE i.indrelid = $1::regclass
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
  ORDER BY 1`;

/**
 * Inserts in batches without the table's secondary indexes and puts them back: many times faster than with them.
 * The statement is given the number that stands for now, and the first and the last number to write.
 */
async function load(
  client: pg.Client,
  table: string,
  statement: string,
  { now, from, to }: { readonly now: number; readonly from: number; readonly to: number },
  tell: Progress,
) {
  const { rows: indexes } = await client.query(SECONDARY_INDEXES, [table]);
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  for (let start = from; start <= to; start += BATCH_ROWS) {
    const end = Math.min(start + BATCH_ROWS - 1, to);
    await client.query(statement, [now, start, end]);
    tell(`${table}: ${end.toLocaleString('en')} rows`);
  }
  for (const { name, definition } of indexes) {
    await client.query(definition);
    tell(`${table}: index ${name}`);
  }
}

/** Prepares a fresh database of Prefect for seeding: settings of this session, and what runs refer to. */
export async function seedReferred(client: pg.Client): Promise<void> {
  await client.query(`SET session_replication_role = replica; SET maintenance_work_mem = '1GB';
    SET synchronous_commit = off; SET jit = off`);
  await client.query(REFERRED);
  await client.query(NUMBERED);
}

/** Writes events over seven days, and one resource for each. */
export async function seedEvents(client: pg.Client, rows: number, tell: Progress): Promise<void> {
  await load(client, 'events', EVENTS, { now: rows, from: 1, to: rows }, tell);
  await load(client, 'event_resources', EVENT_RESOURCES, { now: rows, from: 1, to: rows }, tell);
  await client.query('VACUUM ANALYZE events, event_resources');
}

/** Lengthens the history of finished flow runs into the past, from `present` rows to `rows`. */
export async function seedHistory(
  client: pg.Client,
  present: number,
  rows: number,
  tell: Progress,
): Promise<void> {
  await client.query(FORGET_UNFINISHED);
  await load(client, 'flow_run', HISTORY, { now: rows, from: 1, to: rows - present }, tell);
  tell('flow_run: VACUUM ANALYZE');
  await client.query('VACUUM ANALYZE');
}

/** Adds what is under way and what has just happened: last of all, because it ages. */
export async function seedPresent(client: pg.Client): Promise<void> {
  await client.query(UNFINISHED);
  await client.query(RECENT);
  await client.query(STATES);
  await client.query(HEARTBEATS);
  await client.query('UPDATE work_queue SET last_polled = now()');
  await client.query('ANALYZE flow_run, flow_run_state, task_run_state, events');
}

/** Adds a pile-up the planner has not heard of yet. */
export async function seedPileUp(client: pg.Client): Promise<void> {
  await client.query(PILE);
}
