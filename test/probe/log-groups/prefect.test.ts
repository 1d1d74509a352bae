import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Report, ReportSchema } from '../../../lib/model/report.ts';
import { saidOf } from '../kubernetes/watching.ts';
import { fixture } from '../logs/reading.ts';
import { type Answer, AnsweringLogs, FROM, lookAt, type Shipped } from './answering.ts';

const ECS = { name: 'ecs', holds: 'prefect', logGroup: '/ecs/prefect' } as const;
const CLUSTER = { ...ECS, name: 'cluster', namespaces: ['prefect', 'prefect-2'] };

let logs: AnsweringLogs;
beforeAll(async () => {
  logs = await AnsweringLogs.start();
});
afterAll(() => logs.close());

async function look(group: Parameters<typeof lookAt>[0], ...answers: readonly Answer[]): Promise<Report> {
  logs.answers(...answers);
  return v.parse(ReportSchema, await lookAt(group, logs.clientOf));
}

const printed = (name: string): readonly Shipped[] =>
  fixture(name)
    .toString()
    .trimEnd()
    .split('\n')
    .map((message) => ({ message }));

const counted = (report: Report, signature: string) =>
  report.readings.find((r) => r.signal === 'logs.signature' && r.labels?.signature === signature)?.value;

const enveloped = (log: string, of: object = {}, second?: number): Shipped => ({
  stream: 'node-1-application.var.log.containers.server',
  message: JSON.stringify({
    time: '2026-11-21T08:03:30Z',
    stream: 'stderr',
    log,
    kubernetes: { namespace_name: 'prefect', pod_name: 'server-1', container_name: 'server', ...of },
  }),
  ...(second !== undefined && { second }),
});

describe('the logs of Prefect in a log group', () => {
  it('are classified like those of pods, a log stream standing for a container', async () => {
    const report = await look(ECS, { events: printed('pool-exhausted-server-3.8.8') });
    expect(report.errors).toEqual([]);
    expect(report).toMatchObject({ kind: 'logs', target: 'logs/ecs' });
    expect(saidOf(report, 'logs.up')).toBe(1);
    expect(saidOf(report, 'logs.containers.read')).toBe(1);
    expect(saidOf(report, 'logs.errors')).toBe(3);
    expect(counted(report, 'db-pool-exhausted')).toBe(3);
    expect(report.facts.log_signatures).toContainEqual(
      expect.objectContaining({
        signature: 'db-pool-exhausted',
        pods: [{ pod: 'prefect/server/1', count: 3 }],
      }),
    );
  });

  it('are those of the minute before the last whole one, whole records with all of their lines', async () => {
    const first = '08:03:59.900 | ERROR   | prefect.server - Encountered exception in request:';
    const rest = ['Traceback (most recent call last):', '  File "x.py", line 1, in f', 'TimeoutError'];
    const report = await look(ECS, {
      events: [
        { message: 'Agent stopped!', second: -1 },
        { message: 'Agent stopped!', second: 0 },
        { message: first, second: 59.9 },
        ...rest.map((message) => ({ message, second: 60.1 })),
        { message: '08:04:01.000 | INFO    | prefect - Agent stopped!', second: 61 },
      ],
    });
    expect(report.facts.log_window).toEqual({
      from: '2026-11-21T08:03:00.000Z',
      to: '2026-11-21T08:04:00.000Z',
    });
    expect(counted(report, 'agent-stopped')).toBe(1);
    expect(saidOf(report, 'logs.events')).toBe(2);
    expect(saidOf(report, 'logs.errors')).toBe(1);
    const [asked] = logs.asked;
    expect(asked).toMatchObject({ logGroupName: '/ecs/prefect' });
    expect(asked).not.toHaveProperty('filterPattern');
    expect(asked?.startTime).toBeLessThan(FROM);
    expect(asked?.endTime).toBeGreaterThan(FROM + 60_000);
  });

  it("are taken out of the envelope of a cluster's agent, with the pod they come from", async () => {
    const report = await look(CLUSTER, {
      events: [
        enveloped('Agent stopped!\n'),
        enveloped('Agent stopped!', { pod_name: 'server-2' }),
        enveloped('Agent stopped!', { namespace_name: 'other' }),
        enveloped('Agent stopped!', { container_name: 'istio-proxy' }),
      ],
    });
    expect(counted(report, 'agent-stopped')).toBe(2);
    expect(saidOf(report, 'logs.containers.read')).toBe(2);
    expect(report.facts.log_signatures).toMatchObject([
      {
        pods: [
          { pod: 'server-1', count: 1 },
          { pod: 'server-2', count: 1 },
        ],
      },
    ]);
    expect(logs.asked[0]?.filterPattern).toBe(
      '{ ($.kubernetes.namespace_name = "prefect") || ($.kubernetes.namespace_name = "prefect-2") }',
    );
  });

  it("count the errors of flow runs as the flows' own", async () => {
    const error = '08:03:30.000 | ERROR   | prefect.flow_runs - it broke';
    const labels = { 'prefect.io/flow-run-id': '1' };
    const report = await look(CLUSTER, {
      events: [
        enveloped(error, { pod_name: 'a', container_name: 'prefect-job' }),
        enveloped(error, { pod_name: 'b', labels }),
        enveloped(error, { pod_name: 'c' }),
      ],
    });
    expect(saidOf(report, 'logs.events')).toBe(3);
    expect(saidOf(report, 'logs.errors')).toBe(1);
  });

  it('may be JSON that the agent has parsed already, or that only looks like an envelope', async () => {
    const record = { name: 'prefect.server', levelname: 'ERROR', message: 'it broke' };
    const report = await look(ECS, {
      events: [
        { message: JSON.stringify({ log_processed: record, kubernetes: { pod_name: 'a' } }) },
        { message: JSON.stringify({ ...record, log: 7 }) },
        { message: '{"log": "cut of' },
      ],
    });
    expect(saidOf(report, 'logs.errors')).toBe(2);
    expect(saidOf(report, 'logs.events')).toBe(3);
  });

  it('are read page by page, empty ones among them', async () => {
    const report = await look(
      ECS,
      { events: [{ message: 'Agent stopped!' }] },
      { events: [] },
      { events: [{ message: 'Agent stopped!' }] },
    );
    expect(counted(report, 'agent-stopped')).toBe(2);
    expect(saidOf(report, 'logs.containers.truncated')).toBe(0);
    expect(logs.asked.map((request) => request.nextToken)).toEqual([undefined, 'page-1', 'page-2']);
  });

  it('are silent when the hour holds nothing of the namespaces that are Prefect’s', async () => {
    const report = await look(CLUSTER, { events: [], isLast: true }, { events: [] });
    expect(saidOf(report, 'logs.silent')).toBe(1);
    expect(logs.asked[1]?.filterPattern).toBe(logs.asked[0]?.filterPattern);
    expect(saidOf(await look(ECS, { events: [{ message: 'x' }] }), 'logs.silent')).toBe(0);
    expect(logs.asked).toHaveLength(1);
  });

  it('are read on when CloudWatch throttles once', async () => {
    const report = await look(
      ECS,
      { error: 'ThrottlingException' },
      { events: [{ message: 'Agent stopped!' }] },
    );
    expect(report.errors).toEqual([]);
    expect(counted(report, 'agent-stopped')).toBe(1);
  });

  it('count as far as they were read when CloudWatch goes on throttling, and say so', async () => {
    const page = { events: [{ message: 'Agent stopped!' }] };
    const throttled = { error: 'ThrottlingException' };
    const report = await look(ECS, page, throttled, throttled, throttled);
    expect(report.errors).toEqual([]);
    expect(counted(report, 'agent-stopped')).toBe(1);
    expect(saidOf(report, 'logs.containers.truncated')).toBe(1);
  });

  it('are read up to a bound, which is said', async () => {
    const page = { events: [{ message: `08:03:30.000 | INFO    | x - ${'y'.repeat(1024 * 1024)}` }] };
    const report = await look(ECS, ...Array.from({ length: 20 }, () => page));
    expect(logs.asked).toHaveLength(16);
    expect(saidOf(report, 'logs.containers.truncated')).toBe(1);
  });

  it('of more containers than are kept apart are not counted in part', async () => {
    const events = Array.from({ length: 410 }, (_, i) => ({ message: 'Agent stopped!', stream: `s${i}` }));
    const report = await look(ECS, { events });
    expect(saidOf(report, 'logs.containers.read')).toBe(400);
    expect(saidOf(report, 'logs.containers.unread')).toBe(10);
    expect(counted(report, 'agent-stopped')).toBe(400);
  });

  it.each([
    ['ResourceNotFoundException', 'missing'],
    ['AccessDeniedException', 'permission'],
    ['ThrottlingException', 'saturated'],
    ['UnrecognizedClientException', 'auth'],
    ['ExpiredTokenException', 'auth'],
    ['SomethingElse', 'failed'],
  ])('are unknown, and not none, at %s: %s', async (error, reason) => {
    const report = await look(ECS, ...Array.from({ length: 4 }, () => ({ error })));
    expect(report.errors).toMatchObject([{ collector: 'connection', reason }]);
    for (const reading of report.readings)
      expect(reading).toMatchObject({ value: null, unknown: { reason } });
    expect(report.readings.map((r) => r.signal)).toEqual(expect.arrayContaining(['logs.up', 'logs.errors']));
    expect(JSON.stringify(report)).not.toContain('jane');
  });
});
