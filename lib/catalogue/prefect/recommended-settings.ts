const DAY_SECONDS = 86_400;

/** A setting of Prefect as /admin/settings has it, in seconds where it is a time. */
export interface RecommendedSetting {
  /** Where it stands in the answer. */
  readonly path: string;
  readonly variable: string;
  /** As it is written in the environment. */
  readonly value: string;
  readonly why: string;
  suits(present: number): boolean;
}

/** What is recommended, a setting a line: to recommend one more is to add a line. */
export const RECOMMENDED_SETTINGS: readonly RecommendedSetting[] = [
  {
    path: 'server.database.sqlalchemy.pool_size',
    variable: 'PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE',
    value: '60',
    why: 'requests wait for a connection when the pool is small',
    suits: (size) => size >= 60,
  },
  {
    path: 'server.database.sqlalchemy.max_overflow',
    variable: 'PREFECT_SERVER_DATABASE_SQLALCHEMY_MAX_OVERFLOW',
    value: '10',
    why: 'bursts may open this many connections more',
    suits: (size) => size >= 10,
  },
  {
    path: 'server.database.sqlalchemy.pool_timeout',
    variable: 'PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_TIMEOUT',
    value: '30',
    why: 'a request waits that many seconds for a connection before it fails',
    suits: (seconds) => seconds >= 30,
  },
  {
    path: 'api.request_timeout',
    variable: 'PREFECT_API_REQUEST_TIMEOUT',
    value: '60',
    why: 'clients that give up earlier leave runs PENDING whose submission went through',
    suits: (seconds) => seconds >= 60,
  },
  {
    path: 'server.events.retention_period',
    variable: 'PREFECT_SERVER_EVENTS_RETENTION_PERIOD',
    value: '3d',
    why: 'events fill the database fastest: 3 to 5 days at a medium volume, 1 to 2 at a high one',
    suits: (seconds) => seconds <= 5 * DAY_SECONDS,
  },
  {
    path: 'server.services.late_runs.loop_seconds',
    variable: 'PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS',
    value: '5',
    why: 'late runs are marked, and told of, that often',
    suits: (seconds) => seconds <= 5,
  },
];
