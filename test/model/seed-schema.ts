import { Ajv } from 'ajv';

type Schema = Readonly<Record<string, unknown>>;

const STATUS: Schema = { type: 'string', enum: ['healthy', 'warning', 'degraded', 'error', 'unknown'] };
/** What Prefect would know of itself and nobody else can: the field is there, and null where it cannot be seen. */
const NUMBER: Schema = { type: ['number', 'null'] };
const TEXT: Schema = { type: ['string', 'null'] };
const TIME: Schema = { type: ['string', 'null'], format: 'date-time' };

const object = (properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

const PERPETUAL = object(
  {
    name: { type: 'string' },
    status: STATUS,
    last_heartbeat: TIME,
    last_duration_ms: NUMBER,
    expected_interval_seconds: NUMBER,
    details: { type: 'object' },
    error: TEXT,
  },
  ['error'],
);
const CONSUMER = object({
  name: { type: 'string' },
  status: STATUS,
  last_heartbeat: TIME,
  details: object({ queue_depth: NUMBER }),
});

/** The response that Prefect's users proposed for GET /admin/health, as a JSON Schema. */
export const SEED_SCHEMA: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  ...object({
    server: object({ version: TEXT, uptime_seconds: NUMBER, started_at: TIME }),
    database: object({
      status: STATUS,
      latency_ms: NUMBER,
      dialect: { type: 'string' },
      pool_size: NUMBER,
      pool_checked_out: NUMBER,
      pool_overflow: NUMBER,
    }),
    docket: object({ status: STATUS, backend: TEXT, latency_ms: NUMBER, pending_tasks: NUMBER }),
    services: object({
      perpetual: { type: 'array', items: PERPETUAL },
      consumer: { type: 'array', items: CONSUMER },
    }),
    events_table: object({ status: STATUS, event_count: NUMBER, message: TEXT }),
  }),
};

/** The example that came with the proposal, word for word but for its numbers' spelling. */
export const SEED_EXAMPLE = {
  server: { version: '3.x.y', uptime_seconds: 86400, started_at: '2026-02-16T12:00:00Z' },
  database: {
    status: 'healthy',
    latency_ms: 2.3,
    dialect: 'postgresql',
    pool_size: 5,
    pool_checked_out: 2,
    pool_overflow: 0,
  },
  docket: { status: 'healthy', backend: 'redis', latency_ms: 0.8, pending_tasks: 12 },
  services: {
    perpetual: [
      {
        name: 'schedule_deployments',
        status: 'healthy',
        last_heartbeat: '2026-02-17T21:59:30Z',
        last_duration_ms: 142,
        expected_interval_seconds: 60,
        details: { runs_scheduled: 42 },
      },
      {
        name: 'monitor_worker_health',
        status: 'degraded',
        last_heartbeat: '2026-02-17T21:58:00Z',
        last_duration_ms: 5200,
        expected_interval_seconds: 15,
        details: { workers_marked_offline: 0 },
        error: null,
      },
    ],
    consumer: [
      {
        name: 'EventPersister',
        status: 'healthy',
        last_heartbeat: '2026-02-17T21:59:55Z',
        details: { queue_depth: 15, queue_capacity: 50000, consecutive_failures: 0 },
      },
      {
        name: 'TaskRunRecorder',
        status: 'healthy',
        last_heartbeat: '2026-02-17T21:59:58Z',
        details: { queue_depth: 3 },
      },
    ],
  },
  events_table: {
    status: 'warning',
    event_count: 5400000,
    message: 'Events table has 5.4M rows - consider enabling retention cleanup',
  },
} as const;

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
const isFulfilled = ajv.compile(SEED_SCHEMA);

/** Where a value breaks the schema, as `path what`. */
export const violations = (value: unknown): readonly string[] =>
  isFulfilled(value)
    ? []
    : (isFulfilled.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`).toSorted();
