import { describe, expect, it } from 'vitest';
import { factsOf } from '../../../lib/probe/logs/summary.ts';
import { fixture, scanned } from './reading.ts';

const WINDOW = { from: Date.parse('2026-11-21T08:00:00Z'), to: Date.parse('2026-11-21T08:01:00Z') };
const at = (seconds: number) => WINDOW.from + 1000 * seconds;

/** Lines as Kubernetes hands them over, one a second. */
const failuresIn = (...lines: readonly string[]) =>
  scanned(lines.map((line, n) => `${new Date(at(n)).toISOString()} ${line}`).join('\n'), WINDOW).failures;
const record = (level: string, text: string) => `08:00:00.000 | ${level.padEnd(7)} | ${text}`;
const PERSISTER = 'prefect.server.events.services.event_persister';
const RECORDER = 'prefect.server.services.task_run_recorder';

describe('what a log tells of background services that failed', () => {
  it('is, of a locked table, the runs that reached their time limit and the consumers that wrote nothing', () => {
    const { failures } = scanned(fixture('locked-table-services-3.8.8'));
    expect(
      failures.map(({ service, inARow, durationMs, error }) => [service, inARow, durationMs, error]),
    ).toEqual([
      ['EventPersister', 2, null, expect.any(String)],
      ['TaskRunRecorder', 2, null, expect.any(String)],
      ['ReactiveTriggers', 2, null, expect.any(String)],
      ['monitor_late_runs', 1, 10_014, 'TimeoutError'],
      ['monitor_expired_pauses', 1, 10_014, 'TimeoutError'],
    ]);
  });

  it('is the last run of each that raised, in seconds where it took longer than a hundred', () => {
    const task = (taken: string, name = 'monitor_late_runs') =>
      record('ERROR', `docket.dependencies - ↩ [${taken}] ${name}(){${name}}`);
    expect(failuresIn(task('    14ms'), task('   133s '), task('    20ms', 'mark_flow_run_late'))).toEqual([
      {
        service: 'monitor_late_runs',
        inARow: 2,
        lastAt: at(1),
        durationMs: 133_000,
        error: expect.stringContaining('monitor_late_runs'),
      },
    ]);
  });

  it('is, of the persister, how often it failed in a row by its own count', () => {
    const attempt = (n: number) =>
      record('DEBUG', `${PERSISTER} - Error flushing events (attempt ${n}/5), restoring to queue`);
    const failed = (...lines: readonly string[]) =>
      failuresIn(...lines).map(({ service, inARow }) => [service, inARow]);
    expect(failed(attempt(3), attempt(4))).toEqual([['EventPersister', 4]]);
    expect(
      failed(
        attempt(4),
        record('ERROR', `${PERSISTER} - Max flush retries (5) reached, dropping 500 events`),
      ),
    ).toEqual([['EventPersister', 5]]);
    expect(failed(attempt(1), attempt(2), attempt(1))).toEqual([['EventPersister', 1]]);
  });

  it('is, of the recorder and of consumers, how often they failed in the minute', () => {
    const flush = record('ERROR', `${RECORDER} - Error flushing 1 events (1 to retry, 0 dropped)`);
    const handling = record(
      'ERROR',
      'prefect.prefect_redis.messaging - Error handling message 1795234188318-2 in consumer actions-pod-7-948ac438, continuing',
    );
    expect(failuresIn(flush, flush, handling, flush).map(({ service, inARow }) => [service, inARow])).toEqual(
      [
        ['TaskRunRecorder', 3],
        ['Actions', 1],
      ],
    );
  });

  it('is nothing of lines that merely look like it, and no secret', () => {
    const message = 'prefect.prefect_redis.messaging - Error handling message 1-1 in consumer';
    expect(
      failuresIn(
        record('ERROR', `${message} ephemeral-pod-769, continuing`),
        record('ERROR', `${message} event-persisters-pod, continuing`),
        record('INFO', 'docket.dependencies - ↫ [    14ms] monitor_late_runs(){monitor_late_runs}'),
        record('ERROR', 'docket.dependencies - ↩ [ soon] monitor_late_runs(){monitor_late_runs}'),
      ),
    ).toEqual([]);
    const [failure] = failuresIn(
      record('ERROR', 'docket.dependencies - ↩ [    14ms] monitor_late_runs(){monitor_late_runs}'),
      'Traceback (most recent call last):',
      '  File "x"',
      'sqlalchemy.exc.OperationalError: postgresql://prefect:hunter2@db/prefect',
    );
    expect(failure?.error).toBe('sqlalchemy.exc.OperationalError: postgresql://…@db/prefect');
  });

  it('is told of all containers together: every failure in a row, and the last of them', () => {
    const failed = (second: number, text: string) =>
      `${new Date(at(second)).toISOString()} ${record('ERROR', `${RECORDER} - Error flushing ${text}`)}`;
    const reading = (pod: string, log: string) => ({
      source: { namespace: 'prefect', pod, container: 'services', previous: false, isFlowRun: false },
      counts: scanned(log, WINDOW),
      isTruncated: false,
    });
    const readings = [
      reading('services-1', `${failed(1, '1 events')}\n${failed(50, '2 events')}`),
      reading('services-2', failed(20, '3 events')),
    ];
    expect(factsOf({ readings, unread: 0, failure: null }, WINDOW).log_service_failures).toEqual([
      {
        service: 'TaskRunRecorder',
        in_a_row: 3,
        last: '2026-11-21T08:00:50.000Z',
        duration_ms: null,
        error: expect.stringContaining('Error flushing 2 events'),
      },
    ]);
  });
});
