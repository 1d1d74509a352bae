import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../lib/catalogue/findings/index.ts';
import type { Facts, Report } from '../../lib/model/report.ts';
import { healthy, Monitor, report, type Values } from './builders.ts';
import { seen, watched } from './logs-watch.ts';

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
