import { type Signature, SOURCE } from './signature.ts';

/** PostgreSQL and Redis as Prefect's own processes meet them. */
export const DATABASE_SIGNATURES: readonly Signature[] = [
  {
    id: 'db-pool-exhausted',
    theme: 'database',
    pattern: /QueuePool limit of size \d{1,6} overflow -?\d{1,6} reached/,
    anchors: ['QueuePool limit of size'],
    examples: [
      {
        text: 'sqlalchemy.exc.TimeoutError: QueuePool limit of size 1 overflow 0 reached, connection timed out, timeout 2.00 (Background on this error at: https://sqlalche.me/e/20/3o7r)',
        from: 'pool-exhausted-server',
      },
    ],
    nearMisses: ['QueuePool limit of size is configured'],
    meaning: 'every connection of a process to PostgreSQL was busy until pool_timeout',
  },
  {
    id: 'db-too-many-connections',
    theme: 'database',
    pattern:
      /\bTooManyConnectionsError\b|sorry, too many clients already|remaining connection slots are reserved|too many connections for role/,
    anchors: [
      'TooManyConnectionsError',
      'too many clients already',
      'connection slots are reserved',
      'too many connections for role',
    ],
    examples: [
      {
        text: 'asyncpg.exceptions.TooManyConnectionsError: remaining connection slots are reserved for roles with the SUPERUSER attribute',
        from: 'postgres-full-server',
      },
    ],
    nearMisses: ['too many connections were closed'],
    meaning: 'PostgreSQL has no connection left to give',
  },
  {
    id: 'db-refused',
    theme: 'database',
    pattern:
      /^(?:prefect\.server|docket\.dependencies)\b[^\n]{0,400}\n(?:ConnectionRefusedError|OSError: Multiple exceptions: \[Errno 111\])/,
    anchors: ['ConnectionRefusedError', 'Multiple exceptions: [Errno 111]'],
    examples: [
      {
        text: "04:14:10.803 | ERROR   | prefect.server - Encountered exception in request:\nTraceback (most recent call last):\nConnectionRefusedError: [Errno 111] Connect call failed ('127.0.0.1', 36073)",
        from: 'postgres-stopped-server',
        also: ['request-failed'],
      },
    ],
    nearMisses: [
      "04:12:55.284 | WARNING | prefect.FlowRunCancellingObserver - The websocket failed.\nTraceback (most recent call last):\nConnectionRefusedError: [Errno 111] Connect call failed ('127.0.0.1', 40263)",
    ],
    meaning: 'nothing listens where PostgreSQL should',
  },
  {
    id: 'db-connection-lost',
    theme: 'database',
    pattern:
      /\b(?:ConnectionDoesNotExistError|CannotConnectNowError|AdminShutdownError|CrashShutdownError|PostgresConnectionError)\b|connection was closed in the middle of operation|terminating connection due to administrator command|InterfaceError'?>?: connection is closed/,
    anchors: [
      'ConnectionDoesNotExistError',
      'CannotConnectNowError',
      'AdminShutdownError',
      'CrashShutdownError',
      'PostgresConnectionError',
      'closed in the middle of operation',
      'due to administrator command',
      'connection is closed',
    ],
    examples: [
      {
        text: 'asyncpg.exceptions.ConnectionDoesNotExistError: connection was closed in the middle of operation',
        from: SOURCE,
      },
      {
        text: '2026-11-21 04:14:09 UTC:127.0.0.1(44816):prefect@prefect:[18619]:FATAL:  terminating connection due to administrator command',
        from: 'postgres',
      },
    ],
    nearMisses: ['the websocket connection is closed', 'connection was closed'],
    meaning: 'PostgreSQL, or something between, ended connections in use, or is starting up',
  },
  {
    id: 'db-login-failed',
    theme: 'database',
    pattern:
      /\b(?:InvalidPasswordError|InvalidAuthorizationSpecificationError)\b|password authentication failed for user/,
    anchors: [
      'InvalidPasswordError',
      'InvalidAuthorizationSpecificationError',
      'password authentication failed',
    ],
    examples: [
      {
        text: 'asyncpg.exceptions.InvalidPasswordError: password authentication failed for user "prefect"',
        from: SOURCE,
      },
    ],
    nearMisses: ['password authentication succeeded'],
    meaning: 'PostgreSQL refused the password: it was rotated, or the secret is wrong',
  },
  {
    id: 'db-command-timeout',
    theme: 'database',
    pattern:
      /^(?:prefect\.server|docket\.(?:dependencies|worker)|uvicorn\.error)\b[^\n]{0,400}\n(?:asyncio\.exceptions\.)?TimeoutError$|\bQueryCanceledError\b/,
    anchors: ['TimeoutError', 'QueryCanceledError'],
    examples: [
      {
        text: '04:10:44.714 | ERROR   | docket.dependencies - ↩ [ 10014ms] monitor_late_runs(){monitor_late_runs}\nTraceback (most recent call last):\nTimeoutError',
        from: 'locked-table-services',
        also: ['docket-task-failed'],
      },
    ],
    nearMisses: [
      "08:00:00.000 | ERROR   | Flow run 'blue-fox' - Encountered exception during execution\nTraceback (most recent call last):\nTimeoutError",
    ],
    meaning: 'a statement took longer than the ten seconds Prefect gives it',
  },
  {
    id: 'db-deadlock',
    theme: 'database',
    pattern: /\bDeadlockDetectedError\b|deadlock detected/,
    anchors: ['DeadlockDetectedError', 'deadlock detected'],
    examples: [{ text: 'asyncpg.exceptions.DeadlockDetectedError: deadlock detected', from: SOURCE }],
    nearMisses: ['no deadlock was found'],
    meaning: 'two transactions waited for each other; PostgreSQL ended one',
  },
  {
    id: 'db-lock-timeout',
    theme: 'database',
    pattern: /\bLockNotAvailableError\b|canceling statement due to lock timeout/,
    anchors: ['LockNotAvailableError', 'due to lock timeout'],
    examples: [
      {
        text: 'asyncpg.exceptions.LockNotAvailableError: canceling statement due to lock timeout',
        from: SOURCE,
      },
    ],
    nearMisses: ['canceling statement due to user request'],
    meaning: 'a statement waited too long for a lock',
  },
  {
    id: 'db-error',
    theme: 'database',
    pattern:
      /\bsqlalchemy\.exc\.(?:OperationalError|DBAPIError|InterfaceError|InternalError|PendingRollbackError)\b/,
    anchors: ['sqlalchemy.exc.'],
    examples: [
      {
        text: "sqlalchemy.exc.DBAPIError: (sqlalchemy.dialects.postgresql.asyncpg.Error) <class 'asyncpg.exceptions.InternalServerError'>: cache lookup failed",
        from: SOURCE,
      },
    ],
    nearMisses: ['sqlalchemy.exc.NoResultFound: No row was found', 'sqlalchemy.exc.TimeoutError'],
    meaning: 'a statement or a connection failed in PostgreSQL or on the way to it',
  },
  {
    id: 'db-listener-failed',
    theme: 'database',
    pattern:
      /Error in automation change listener|Failed to establish raw asyncpg connection|Listener stopping|Postgres listener queue full/,
    anchors: [
      'automation change listener',
      'raw asyncpg connection',
      'Listener stopping',
      'Postgres listener queue full',
    ],
    examples: [
      {
        text: "04:14:14.035 | ERROR   | prefect.server.utilities.postgres_listener - Failed to establish raw asyncpg connection for LISTEN/NOTIFY: [Errno 111] Connect call failed ('127.0.0.1', 36073)",
        from: 'postgres-stopped-services',
      },
    ],
    nearMisses: ['Listener started on port 4200'],
    meaning: 'a process does not hear of changed automations',
  },
  {
    id: 'redis-error',
    theme: 'database',
    pattern:
      /\bredis\.exceptions\.(?:ConnectionError|TimeoutError|BusyLoadingError|ReadOnlyError|OutOfMemoryError)\b/,
    anchors: ['redis.exceptions.'],
    examples: [
      {
        text: 'redis.exceptions.ConnectionError: Connection closed by server.',
        from: 'redis-stopped-services',
      },
    ],
    nearMisses: ['redis.exceptions.NoScriptError: No matching script'],
    meaning: 'Redis is away, full, loading or only a replica',
  },
  {
    id: 'postgres-slow-statement',
    theme: 'slow-query',
    pattern: /\b(?:LOG|WARNING): {1,2}duration: [\d.]{1,20} ms\b/,
    anchors: ['duration: '],
    examples: [
      {
        text: '2026-11-21 04:11:46 UTC:127.0.0.1(50942):prefect@prefect:[16143]:LOG:  duration: 5197.087 ms  execute __asyncpg_stmt_c3__: INSERT INTO task_run (flow_run_id, task_key, dy',
        from: 'postgres',
      },
    ],
    nearMisses: ['the duration: 5 minutes', 'duration: 12 ms'],
    meaning: 'PostgreSQL took longer over a statement than log_min_duration_statement',
  },
  {
    id: 'postgres-lock-wait',
    theme: 'slow-query',
    pattern: /\bprocess \d{1,10} still waiting for \w{1,40} on /,
    anchors: ['still waiting for '],
    examples: [
      {
        text: '2026-11-21 04:10:34 UTC:127.0.0.1(41628):prefect@prefect:[16275]:LOG:  process 16275 still waiting for AccessShareLock on relation 16531 of database 17798 after 500.076 ms at character 34',
        from: 'postgres',
      },
    ],
    nearMisses: ['still waiting for the lock of the door'],
    meaning: 'a session waited for a lock longer than deadlock_timeout',
  },
  {
    id: 'slow-query-warning',
    theme: 'slow-query',
    pattern: /\b[Ss]low (?:SQL |database )?query\b/,
    anchors: ['low query', 'low SQL query', 'low database query'],
    examples: [{ text: '08:00:00.000 | WARNING | orion.db - Slow query: 2.31 s', from: SOURCE }],
    nearMisses: ['a slow flow', 'follow query parameters'],
    meaning: 'a service of Customer-Managed Prefect says that a query was slow',
  },
];
