import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ServiceTarget } from '../../../lib/config/targets.ts';
import type { Report } from '../../../lib/model/report.ts';
import { LIMITS } from '../../../lib/probe/exposition/reader.ts';
import { type Budget, probe } from '../../../lib/probe/frame.ts';
import { endpointOnEks } from '../../../lib/probe/kubernetes/access/eks.ts';
import { serviceProbeThrough } from '../../../lib/probe/service/connection.ts';
import { scrapeThroughClusters } from '../../../lib/probe/service/through-cluster.ts';
import { freePort } from '../../../local/parts/loopback.ts';
import { serviceAt, serving, servingText } from './metrics-server.ts';

const visit = { installation: 'test', tier: 'minute', intervalSeconds: 60, now: () => new Date() } as const;
const serviceProbe = serviceProbeThrough(scrapeThroughClusters(endpointOnEks));
const SHORT: Budget = { openMs: 300, collectorMs: 300, totalMs: 1_000 };

const look = (target: ServiceTarget, budget?: Budget): Promise<Report> =>
  probe(serviceProbe, target, { ...visit, ...(budget && { budget }) });

const said = (report: Report, signal: string) => {
  const reading = report.readings.find((r) => r.signal === signal);
  return reading?.value ?? reading?.unknown?.reason;
};

const METRICS = `process_start_time_seconds 1.7e+09
http_requests_total{handler="/a",status="200"} 90
http_requests_total{handler="/a",status="500"} 10
http_request_duration_seconds_bucket{handler="/a",le="0.1"} 60
http_request_duration_seconds_bucket{handler="/a",le="+Inf"} 100
http_request_duration_seconds_count{handler="/a"} 100
`;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a probe of a service', () => {
  it('reads its requests, labelled with the family and the process that counted them', async () => {
    const report = await look(serviceAt(await servingText(METRICS)));
    const origin = { family: 'http_requests_total', process: '1700000000' };
    expect(report.errors).toEqual([]);
    expect(said(report, 'service.up')).toBe(1);
    expect(said(report, 'service.answer_ms')).toBeGreaterThan(0);
    expect(report.readings).toContainEqual(
      expect.objectContaining({ signal: 'service.requests', value: 100, labels: origin }),
    );
    expect(report.readings).toContainEqual(
      expect.objectContaining({ signal: 'service.requests.failed', value: 10, labels: origin }),
    );
    const within = report.readings.filter((r) => r.signal === 'service.requests.within');
    expect(within.map((r) => [r.labels?.seconds, r.value])).toEqual([
      ['0.1', 60],
      ['+Inf', 100],
    ]);
    expect(report.facts.exposition).toMatchObject({ lines: 6, bad_lines: 0 });
    expect(report.facts.process_started_at).toBe('2023-11-14T22:13:20.000Z');
  });

  it.each(['NaN', '+Inf', '-1', '0', '1e300'])(
    'takes %s for no time at which a process began',
    async (time) => {
      const text = METRICS.replace('1.7e+09', time);
      expect((await look(serviceAt(await servingText(text)))).facts.process_started_at).toBeNull();
    },
  );

  it('signs in as configured, and asks for text it can read', async () => {
    vi.stubEnv('AUTH_KEY', 'let-me-in');
    const seen: unknown[] = [];
    const url = await serving(({ headers }, response) => {
      seen.push(headers.authorization, headers['accept-encoding'], headers.accept);
      response.writeHead(200, { 'content-type': 'application/openmetrics-text; version=1.0.0' });
      response.end(`${METRICS}# EOF\n`);
    });
    const credential = { from: 'environment', variable: 'AUTH_KEY' } as const;
    const report = await look(serviceAt(url, { auth: { scheme: 'bearer', credential } }));
    expect(said(report, 'service.requests')).toBe(100);
    expect(seen).toEqual(['Bearer let-me-in', undefined, expect.stringContaining('text/plain')]);
    expect(JSON.stringify(report)).not.toContain('let-me-in');
  });

  it('reads what a service calls its own counts, where the configuration names them', async () => {
    const text =
      'calls{how="503"} 4\ncalls{how="200"} 6\nlatency_ms_bucket{le="20"} 5\nlatency_ms_bucket{le="+Inf"} 10\n';
    const series = { requests: 'calls', durations: 'latency_ms', statusLabel: 'how' };
    const report = await look(serviceAt(await servingText(text), { series }));
    expect([said(report, 'service.requests'), said(report, 'service.requests.failed')]).toEqual([10, 4]);
    expect(report.readings.find((r) => r.signal === 'service.requests.within')?.labels?.seconds).toBe('0.02');
  });

  it('says what the families are called when it knows none of them', async () => {
    const text = '# TYPE strange_calls counter\nstrange_calls_total 5\n# TYPE process_cpu_seconds counter\n';
    const report = await look(serviceAt(await servingText(text)));
    expect(report.errors).toEqual([]);
    expect(said(report, 'service.requests')).toBe('missing');
    expect(said(report, 'service.requests.within')).toBe('missing');
    expect(report.facts.exposition).toMatchObject({ families: ['strange_calls'] });
  });

  it('goes through whatever leads to the metrics', async () => {
    const discarded: string[] = [];
    const through = serviceProbeThrough(async ({ name }) => ({
      status: 200,
      contentType: 'text/plain',
      contentEncoding: undefined,
      elapsedMs: 7,
      body: (async function* () {
        yield Buffer.from(METRICS.slice(0, 50));
        await nextTurn();
        yield Buffer.from(METRICS.slice(50));
      })(),
      discard: () => discarded.push(name),
    }));
    const report = await probe(through, serviceAt('http://nowhere.invalid/metrics'), visit);
    expect(said(report, 'service.requests')).toBe(100);
    expect(discarded).toEqual(['auth']);
  });
});

describe('a service that cannot be read', () => {
  it.each([
    [401, 'auth'],
    [403, 'permission'],
    [404, 'missing'],
    [302, 'protocol'],
    [204, 'protocol'],
    [503, 0],
    [500, 0],
  ] as const)('says by %i whether it is up: %s', async (status, up) => {
    const url = await serving((_, response) => {
      response.writeHead(status, { location: 'http://elsewhere.invalid/', 'content-type': 'text/plain' });
      response.end(METRICS);
    });
    const report = await look(serviceAt(url));
    expect(said(report, 'service.up')).toBe(up);
    expect(said(report, 'service.requests')).toBe(up === 0 ? 'failed' : up);
  });

  it('is down when nothing listens', async () => {
    const report = await look(serviceAt(`http://127.0.0.1:${await freePort()}/metrics`));
    expect(said(report, 'service.up')).toBe(0);
    expect(said(report, 'service.requests')).toBe('refused');
  });

  it('is not taken at its word when it serves a page, or compresses what nobody asked to be compressed', async () => {
    const page = await look(serviceAt(await servingText('<html></html>', 'text/html')));
    expect(said(page, 'service.up')).toBe('protocol');
    const url = await serving((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(10_000_000)));
    });
    expect(said(await look(serviceAt(url)), 'service.up')).toBe('protocol');
  });

  it('is down when it takes a request and says nothing', async () => {
    const report = await look(serviceAt(await serving(() => {})), SHORT);
    expect(said(report, 'service.up')).toBe(0);
    expect(said(report, 'service.requests')).toBe('timeout');
  });

  it('is up but unread when its metrics come drop by drop: the deadline holds, and the connection ends', async () => {
    const ended = Promise.withResolvers<void>();
    const url = await serving((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const drip = setInterval(() => response.write('http_requests_total{status="200"} 1\n'), 20);
      response.on('close', () => {
        clearInterval(drip);
        ended.resolve();
      });
    });
    const report = await look(serviceAt(url), SHORT);
    expect(said(report, 'service.up')).toBe(1);
    expect(said(report, 'service.requests')).toBe('timeout');
    await ended.promise;
  });

  it('is up but unread when its metrics never end, or end too early', async () => {
    const line = 'other_total{x="y"} 1\n'.repeat(5_000);
    const endless = await serving((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const pour = () => {
        while (!response.destroyed && response.write(line));
      };
      response.on('drain', pour);
      pour();
    });
    const poured = await look(serviceAt(endless));
    expect([said(poured, 'service.up'), said(poured, 'service.requests')]).toEqual([1, 'invalid']);
    expect(poured.errors[0]?.detail).toContain(String(LIMITS.bytes));

    const broken = await serving((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write(METRICS, () => response.destroy());
    });
    expect(said(await look(serviceAt(broken)), 'service.requests')).toBe('protocol');

    const unmarked = await servingText(METRICS, 'application/openmetrics-text');
    expect(said(await look(serviceAt(unmarked)), 'service.requests')).toBe('protocol');
  });
});
