import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../lib/catalogue/findings/index.ts';
import { SIGNATURES } from '../../lib/catalogue/signatures/index.ts';
import type { Facts, Report } from '../../lib/model/report.ts';
import { allHealthy, healthy, installation, Monitor, report, type Values } from './builders.ts';

const ACCESS = {
  from: 'eks',
  cluster: 'prod',
  region: 'eu-central-1',
  endpoint: 'https://abc.eks.amazonaws.com',
  certificateAuthority: Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64'),
} as const;
const watched = installation({ kubernetes: [{ access: ACCESS }] });

const NONE = Object.fromEntries(SIGNATURES.map((s) => [s.id, 0]));
const seen = (counts: Readonly<Record<string, number>>): Values => ({
  'logs.signature': { ...NONE, ...counts },
});

/** Looks at the logs a minute apart, beside what else is told each time. */
function found(id: string, minutes: readonly Values[], facts: Facts = {}, beside: readonly Report[] = []) {
  const monitor = new Monitor(watched);
  return minutes
    .map((values, minute) => {
      const logs = healthy('logs/cluster', { ...seen({}), ...values }, { at: 60 * minute, facts });
      return monitor.look(60 * minute, logs, ...beside).snapshot.findings.find((f) => f.id === id);
    })
    .at(-1);
}

const ROWS: readonly (readonly [string, Values, string | undefined])[] = [
  ['http2-protocol-error', seen({}), undefined],
  ['http2-protocol-error', seen({ 'agent-stopped': 1 }), 'critical'],
  ['http2-protocol-error', seen({ 'h2-protocol-error': 1 }), 'critical'],
  ['http2-protocol-error', seen({ 'loop-failed-attempts': 9 }), undefined],
  ['connection-reset', seen({ 'httpx-read-error': 2, 'broken-pipe': 2 }), undefined],
  ['connection-reset', seen({ 'httpx-read-error': 3, 'broken-pipe': 2 }), 'warning'],
  ['submission-timeout-pending', seen({ 'abort-already-pending': 1 }), 'critical'],
  ['submission-timeout-pending', seen({ 'httpx-read-timeout': 5 }), undefined],
  ['submission-timeout-pending', seen({ 'abort-other': 5 }), undefined],
  ['auth-errors', { 'logs.auth_errors': 4 }, undefined],
  ['auth-errors', { 'logs.auth_errors': 5 }, 'warning'],
  ['auth-errors', { 'logs.auth_errors': 60 }, 'critical'],
  ['db-connection-errors', { 'logs.database_errors': 2 }, undefined],
  ['db-connection-errors', { 'logs.database_errors': 3 }, 'warning'],
  ['db-connection-errors', { 'logs.database_errors': 60 }, 'critical'],
  ['slow-query-warnings', { 'logs.slow_queries': 9 }, undefined],
  ['slow-query-warnings', { 'logs.slow_queries': 10 }, 'warning'],
  ['error-log-burst', { 'logs.errors': 29 }, undefined],
  ['error-log-burst', { 'logs.errors': 30 }, 'warning'],
  ['log-silent', { 'logs.silent': 0 }, undefined],
  ['log-silent', { 'logs.silent': 1 }, 'info'],
  ['mark-late-overrun', seen({ 'loop-overrun': 3 }), undefined],
  ['mark-late-overrun', seen({ 'mark-late-overrun': 1 }), 'warning'],
  ['observer-behind', seen({ 'pod-trouble': 3 }), undefined],
  ['observer-behind', seen({ 'observer-event-failed': 1 }), 'warning'],
  ['invalid-parameters', seen({ 'invalid-parameters': 1 }), 'warning'],
  ['invalid-parameters', seen({ 'run-state-failed': 9 }), undefined],
  ['submission-failed-not-crashed', seen({ 'submission-failed': 1 }), 'warning'],
  ['submission-failed-not-crashed', seen({ 'reported-crashed': 9 }), undefined],
];

const ORION_LOG = {
  name: 'orion',
  holds: 'postgres',
  logGroup: '/aws/rds/instance/orion/postgresql',
} as const;

describe("a finding that rests on PostgreSQL's own log", () => {
  const look = (values: Values, facts: Facts = {}) =>
    new Monitor(installation({ logGroups: [ORION_LOG] })).look(
      0,
      healthy('postgres-log/orion', values, { facts }),
      ...allHealthy(0),
    ).snapshot;

  it('holds by how many slow statements a minute brings, and names the worst', () => {
    const found = (values: Values, facts: Facts = {}) =>
      look(values, facts).findings.find((f) => f.id === 'slow-statements-logged');
    expect(found({ 'postgres-log.slow_statements': 9 })).toBeUndefined();
    const statement = 'SELECT count(*) FROM flow_run WHERE name = ?';
    const many = found(
      {
        'postgres-log.slow_statements': 10,
        'postgres-log.slowest_ms': 5200,
        'postgres-log.lock_waits': 2,
        'postgres-log.truncated': 1,
      },
      { slow_statements: [{ statement, count: 9, total_ms: 30_000 }] },
    );
    expect(many).toMatchObject({ severity: 'warning', target: 'postgres-log/orion', component: 'database' });
    expect(many?.evidence.map((e) => e.text)).toEqual([
      '10 slow statements in the minute, the longest of 5.2 s',
      `9 times, 30.0 s together: ${statement}`,
      '2 waited long for a lock',
      'the log of the minute is longer than is read: there may be more',
    ]);
  });

  it('is not judged where the log group could not be read', () => {
    const { monitor, findings } = look({
      'postgres-log.up': 'permission',
      'postgres-log.slow_statements': 'permission',
    });
    expect(findings.some((f) => f.id === 'slow-statements-logged')).toBe(false);
    expect(monitor.unevaluated).toContainEqual(
      expect.objectContaining({ finding: 'slow-statements-logged', reason: 'permission' }),
    );
  });

  it.each([
    ['orion', true],
    ['events', false],
  ])('tells of waits for locks at the database called %s: %s', (name, told) => {
    const waits = { 'postgres-log.lock_waits': 4, 'postgres-log.longest_lock_wait_ms': 7_000 };
    const { snapshot } = new Monitor(installation({ logGroups: [{ ...ORION_LOG, name }] })).look(
      0,
      healthy(`postgres-log/${name}`, waits),
      healthy('postgres/orion', {
        'postgres.blocked.sessions': 3,
        'postgres.blocked.longest_wait_seconds': 9,
      }),
    );
    const texts = snapshot.findings
      .find((f) => f.id === 'postgres-lock-contention')
      ?.evidence.map((e) => e.text);
    const text = 'its log tells of 4 sessions that waited for a lock in a minute, the longest for 7.0 s';
    expect(texts?.includes(text)).toBe(told);
  });
});

describe('the logs of an installation', () => {
  it('are those of its clusters and of its log groups together', () => {
    const both = installation({
      kubernetes: [{ access: ACCESS }],
      logGroups: [{ name: 'ecs', holds: 'prefect', logGroup: '/ecs/prefect' }],
    });
    const { snapshot } = new Monitor(both).look(
      0,
      healthy('logs/cluster', { 'logs.errors': 3 }),
      healthy('logs/ecs', { 'logs.errors': 4 }),
    );
    expect(snapshot.logs).toMatchObject({ status: 'healthy', errors: 7, containers_read: 10 });
  });
});

describe('a finding that rests on logs', () => {
  it.each(ROWS)('%s, where %o, is judged %s', (id, values, severity) => {
    expect(found(id, [values])?.severity).toBe(severity);
  });

  it('is put to the test here', () => {
    const here = new Set(ROWS.filter(([, , severity]) => severity !== undefined).map(([id]) => id));
    const ids = findingsOf('logs').map((f) => f.id);
    expect(ids.filter((id) => !here.has(id) && !id.startsWith('probe-'))).toEqual([]);
  });

  it.each([...new Set(ROWS.map(([id]) => id))])('%s is not judged where no log could be read', (id) => {
    const unread: Values = {
      'logs.signature': 'permission',
      'logs.errors': 'permission',
      'logs.silent': 'permission',
    };
    const blind = {
      ...unread,
      'logs.auth_errors': 'permission',
      'logs.database_errors': 'permission',
      'logs.slow_queries': 'permission',
    } as const;
    const { snapshot } = new Monitor(watched).look(0, healthy('logs/cluster', blind));
    expect(snapshot.findings.some((f) => f.id === id)).toBe(false);
    expect(snapshot.monitor.unevaluated).toContainEqual(
      expect.objectContaining({ finding: id, reason: 'permission' }),
    );
  });

  it('shows one line, where it stands, and how to read on', () => {
    const sample = 'prefect.flow_runs.worker - Failed to submit flow run organic-lemming';
    const facts: Facts = {
      log_signatures: [
        {
          signature: 'submission-failed',
          theme: 'submission',
          count: 4,
          pods: [{ pod: 'worker-7', count: 4 }],
          sample,
        },
        {
          signature: 'agent-stopped',
          theme: 'http2',
          count: 1,
          pods: [{ pod: 'agent-1', count: 1 }],
          sample: 'Agent stopped!',
        },
      ],
    };
    const finding = found('submission-failed-not-crashed', [seen({ 'submission-failed': 4 })], facts);
    expect(finding?.evidence.map((e) => e.text)).toEqual([
      `submission-failed: 4 in the last minute, in worker-7: ${sample}`,
    ]);
    expect(finding?.remedy.at(-1)?.command).toBe('kubectl logs -n <namespace> worker-7 --since=15m');
  });

  it('shows the lines of its theme where it goes by one', () => {
    const sighting = (signature: string, theme: string) => ({
      signature,
      theme,
      count: 7,
      pods: [{ pod: 'server-1', count: 7 }],
      sample: 'a line',
    });
    const facts: Facts = { log_signatures: [sighting('http-401', 'auth'), sighting('db-error', 'database')] };
    expect(found('auth-errors', [{ 'logs.auth_errors': 7 }], facts)?.evidence.map((e) => e.text)).toEqual([
      '7 refused logins or tokens in the last minute',
      'http-401: 7 in the last minute, in server-1: a line',
    ]);
  });

  it('says when not every log was read', () => {
    const finding = found('error-log-burst', [{ 'logs.errors': 40, 'logs.containers.unread': 3 }]);
    expect(finding?.evidence.map((e) => e.text)).toEqual([
      '40 errors in the last minute',
      '3 logs could not be read: there may be more',
    ]);
  });

  it('is over when nobody says more, and errors in a band between neither begin nor end it', () => {
    const minutes = (...errors: number[]) => errors.map((n) => ({ 'logs.errors': n }));
    expect(found('error-log-burst', minutes(40, 20))?.severity).toBe('warning');
    expect(found('error-log-burst', minutes(20, 20))).toBeUndefined();
    expect(found('error-log-burst', minutes(40, 9))).toBeUndefined();
  });
});

describe('what logs and another target say together', () => {
  it('is a submission that timed out, where runs are stuck PENDING', () => {
    const stuck = report('postgres/orion', { 'postgres.up': 1, 'postgres.flow_runs.stuck_pending': 7 });
    const finding = found('submission-timeout-pending', [seen({ 'httpx-read-timeout': 1 })], {}, [stuck]);
    expect(finding?.severity).toBe('critical');
    expect(finding?.evidence.map((e) => e.text)).toContain('7 runs are stuck PENDING');
  });

  it('is an observer that cannot keep up with over 5,000 runs while events wait', () => {
    const busy = (running: number, lag: number) => [
      report('prefect/server', { 'prefect.up': 1, 'prefect.flow_run.count': { RUNNING: running } }),
      report('redis/streams', { 'redis.up': 1, 'redis.consumer.lag': { 'event-persister': lag } }),
    ];
    expect(found('observer-behind', [{}], {}, busy(5001, 1001))?.severity).toBe('warning');
    expect(found('observer-behind', [{}], {}, busy(5001, 1000))).toBeUndefined();
    expect(found('observer-behind', [{}], {}, busy(5000, 1001))).toBeUndefined();
  });

  it('is monitor_late_runs behind its interval, which writes nothing itself', () => {
    const late = (age: number) =>
      report('redis/streams', {
        'redis.up': 1,
        'redis.perpetual.workers': { monitor_late_runs: 1 },
        'redis.perpetual.last_start_age_seconds': { monitor_late_runs: age },
      });
    expect(found('mark-late-overrun', [{}], {}, [late(11)])?.severity).toBe('warning');
    expect(found('mark-late-overrun', [{}], {}, [late(10)])).toBeUndefined();
  });
});

describe("the section of PostgreSQL's own log", () => {
  const look = (values: Values, facts: Facts = {}) =>
    new Monitor(installation({ logGroups: [ORION_LOG] })).look(
      0,
      healthy('postgres-log/orion', values, { facts }),
    ).snapshot.postgres_log;

  it('says what the last minute held, the worst statements among it', () => {
    const worst = [{ statement: 'SELECT * FROM flow_run WHERE id = ?', count: 3, total_ms: 9000 }];
    const log_window = { from: '2026-11-21T07:59:00.000Z', to: '2026-11-21T08:00:00.000Z' };
    const values = {
      'postgres-log.slow_statements': 12,
      'postgres-log.slowest_ms': 5200,
      'postgres-log.lock_waits': 2,
      'postgres-log.longest_lock_wait_ms': 1100,
      'postgres-log.truncated': 1,
    };
    expect(look(values, { log_window, slow_statements: worst })).toEqual({
      status: 'warning',
      logs: [
        {
          name: 'orion',
          target: 'postgres-log/orion',
          status: 'warning',
          ...log_window,
          records: 40,
          truncated: true,
          slow_statements: 12,
          slowest_ms: 5200,
          lock_waits: 2,
          longest_lock_wait_ms: 1100,
          worst,
        },
      ],
    });
  });

  it('says why it cannot tell, be it that the log could not be read or that it says nothing', () => {
    expect(
      look({ 'postgres-log.up': 'permission', 'postgres-log.slow_statements': 'permission' }),
    ).toMatchObject({
      status: 'unknown',
      logs: [{ status: 'unknown', slow_statements: null, unknown: { reason: 'permission' } }],
    });
    expect(look({ 'postgres-log.silent': 1, 'postgres-log.records': 0 })).toMatchObject({
      status: 'unknown',
      logs: [{ status: 'unknown', slow_statements: 0, unknown: { reason: 'no-traffic' } }],
    });
  });
});

describe('a log that says nothing at all', () => {
  const silent = (values: Values, facts: Facts = {}) =>
    new Monitor(watched).look(0, healthy('logs/cluster', { ...seen({}), ...values }, { facts })).snapshot;

  it('is not green, wakes nobody, and is told with where it is', () => {
    const { logs, findings, incidents } = silent({ 'logs.silent': 1 }, { log_group: '/ecs/prefect' });
    expect(findings.find((f) => f.id === 'log-silent')).toMatchObject({
      severity: 'info',
      status: 'unknown',
      target: 'logs/cluster',
      evidence: [{ text: 'nothing was shipped to /ecs/prefect for an hour' }],
    });
    expect(logs).toMatchObject({ status: 'unknown', errors: 0, unknown: { reason: 'no-traffic' } });
    expect(incidents).toEqual([]);
  });

  it('is a cluster too in which no container of the namespaces has a log', () => {
    const { findings } = silent({ 'logs.silent': 1 });
    expect(findings.find((f) => f.id === 'log-silent')?.evidence[0]?.text).toContain('no container');
  });

  it('is nothing to tell of while something is said, or as long as that is not known', () => {
    for (const values of [{ 'logs.silent': 0 }, { 'logs.silent': 'saturated' }] as const)
      expect(silent(values).findings.some((f) => f.id === 'log-silent')).toBe(false);
    expect(silent({ 'logs.silent': 0 }).logs.status).toBe('healthy');
  });
});

describe('the section of the logs', () => {
  it('says what the last minute held', () => {
    const told = {
      signature: 'agent-stopped',
      theme: 'http2',
      meaning: 'an agent ended',
      count: 1,
      first: '2026-11-21T07:59:10.000Z',
      last: '2026-11-21T07:59:10.000Z',
      pods: [{ pod: 'agent-1', count: 1 }],
      sample: 'Agent stopped!',
    };
    const facts: Facts = {
      log_window: { from: '2026-11-21T07:59:00.000Z', to: '2026-11-21T08:00:00.000Z' },
      log_signatures: [told],
    };
    const { snapshot } = new Monitor(watched).look(
      0,
      healthy('logs/cluster', { 'logs.errors': 2 }, { facts }),
    );
    expect(snapshot.logs).toEqual({
      status: 'healthy',
      from: '2026-11-21T07:59:00.000Z',
      to: '2026-11-21T08:00:00.000Z',
      containers_read: 5,
      containers_unread: 0,
      errors: 2,
      auth_errors: 0,
      database_errors: 0,
      slow_queries: 0,
      signatures: [told],
    });
  });

  it('says why there is nothing to say', () => {
    const none = new Monitor().look(0).snapshot.logs;
    expect(none).toMatchObject({
      status: 'unknown',
      errors: null,
      signatures: [],
      unknown: { reason: 'not-configured' },
    });
    const refused = new Monitor(watched).look(
      0,
      healthy('logs/cluster', { 'logs.up': 'permission', 'logs.errors': 'permission' }),
    ).snapshot.logs;
    expect(refused).toMatchObject({ status: 'unknown', errors: null, unknown: { reason: 'permission' } });
  });
});
