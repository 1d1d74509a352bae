import { describe, expect, it } from 'vitest';
import { ExpositionReader } from '../../../lib/probe/exposition/reader.ts';
import { CONVENTIONS, type Convention } from '../../../lib/probe/service/conventions.ts';
import { Tally } from '../../../lib/probe/service/tally.ts';

function tallied(text: string, conventions: readonly Convention[] = CONVENTIONS): Tally {
  const tally = new Tally(conventions);
  const reader = new ExpositionReader(tally.wanted, (sample) => tally.add(sample));
  reader.write(Buffer.from(text));
  expect(reader.end().bad).toBe(0);
  return tally;
}

const histogram = (family: string, labels: string, counts: Readonly<Record<string, number>>, count: number) =>
  [
    ...Object.entries(counts).map(([le, n]) => `${family}_bucket{${labels}le="${le}"} ${n}\n`),
    `${family}_sum{${labels}} 1\n`,
    `${family}_count{${labels}} ${count}\n`,
  ].join('');

describe('the requests of a service', () => {
  it.each([
    [
      'prometheus-fastapi-instrumentator',
      'http_requests_total{handler="/a",method="GET",status="2xx"} 90\nhttp_requests_total{handler="/a",method="GET",status="5xx"} 10\n',
      { family: 'http_requests_total', total: 100, failed: 10 },
    ],
    [
      'a client library of Prometheus',
      'http_requests_total{code="200"} 5\nhttp_requests_total{code="503"} 2\nhttp_requests_total{code="404"} 1\n',
      { family: 'http_requests_total', total: 8, failed: 2 },
    ],
    [
      'starlette_exporter',
      'starlette_requests_total{method="GET",path="/",status_code="500",app_name="x"} 3\n',
      { family: 'starlette_requests_total', total: 3, failed: 3 },
    ],
    [
      'starlette-prometheus, by its responses',
      'starlette_requests_total{method="GET",path_template="/"} 9\nstarlette_responses_total{method="GET",path_template="/",status_code="200"} 8\n',
      { family: 'starlette_responses_total', total: 8, failed: 0 },
    ],
    [
      'Istio, only what the service received',
      'istio_requests_total{reporter="destination",response_code="503"} 4\nistio_requests_total{reporter="source",response_code="200"} 70\n',
      { family: 'istio_requests_total', total: 4, failed: 4 },
    ],
    [
      'OpenTelemetry, by its histogram',
      histogram('http_server_request_duration_seconds', 'http_response_status_code="502",', { '+Inf': 6 }, 6),
      { family: 'http_server_request_duration_seconds', total: 6, failed: 6 },
    ],
    [
      'OpenTelemetry as it was before',
      histogram('http_server_duration_milliseconds', 'http_status_code="200",', { '+Inf': 6 }, 6),
      { family: 'http_server_duration_milliseconds', total: 6, failed: 0 },
    ],
  ])('are counted as %s writes them', (_, text, expected) => {
    expect(tallied(text).requests).toEqual(expected);
  });

  it('are known without a status, but not how many failed', () => {
    expect(tallied('http_requests_total{handler="/"} 5\n').requests).toEqual({
      family: 'http_requests_total',
      total: 5,
      failed: null,
    });
  });

  it('are not known where nothing counts them', () => {
    const { requests, durations } = tallied('prefect_events_emitted_total{client="x"} 5\n');
    expect([requests, durations]).toEqual([null, null]);
  });

  it('are not made of what is no count', () => {
    const text =
      'http_requests_total{code="200"} NaN\nhttp_requests_total{code="201"} -4\nhttp_requests_total{code="202"} +Inf\n';
    expect(tallied(text).requests).toBeNull();
  });
});

describe('the durations of a service', () => {
  const FAMILY = 'http_request_duration_seconds';

  it('are one set of buckets over all its routes', () => {
    const text =
      histogram(FAMILY, 'handler="/a",', { '0.1': 3, '1': 4, '+Inf': 5 }, 5) +
      histogram(FAMILY, 'handler="/b",', { '0.1': 1, '1': 1, '+Inf': 1 }, 1);
    expect(tallied(text).durations).toEqual({
      family: FAMILY,
      within: [
        [0.1, 4],
        [1, 5],
        [Number.POSITIVE_INFINITY, 6],
      ],
    });
  });

  it('are in seconds, also where they are counted in milliseconds', () => {
    const text = histogram(
      'istio_request_duration_milliseconds',
      'reporter="destination",',
      { '0.5': 1, '35': 2, '+Inf': 2 },
      2,
    );
    expect(tallied(text).durations?.within.map(([s]) => s)).toEqual([
      0.0005,
      0.035,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it('leave out a bound that only some of the routes have', () => {
    const text =
      histogram(FAMILY, 'handler="/a",', { '0.1': 3, '1': 4, '+Inf': 5 }, 5) +
      histogram(FAMILY, 'handler="/b",', { '1': 1, '+Inf': 1 }, 1);
    expect(tallied(text).durations?.within).toEqual([
      [1, 5],
      [Number.POSITIVE_INFINITY, 6],
    ]);
  });

  it('are thinned out to few bounds, the last of them always there', () => {
    const bounds = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${(i + 1) / 8}`, i]));
    const within = tallied(histogram(FAMILY, '', { ...bounds, '+Inf': 60 }, 60)).durations?.within ?? [];
    expect(within.length).toBeGreaterThan(12);
    expect(within.length).toBeLessThanOrEqual(24);
    expect(within.at(-1)).toEqual([Number.POSITIVE_INFINITY, 60]);
  });

  it('are not known from a histogram without buckets, or without an end', () => {
    expect(tallied(`${FAMILY}_count 5\n`).durations).toBeNull();
    expect(tallied(histogram(FAMILY, '', { '0.1': 3, '1': 4 }, 5)).durations).toBeNull();
    expect(tallied(histogram(FAMILY, '', { '+Inf': 5 }, 5)).durations).toBeNull();
  });

  it('come from the finest histogram there is', () => {
    const text =
      histogram(FAMILY, 'handler="/a",', { '0.1': 3, '+Inf': 5 }, 5) +
      histogram('http_request_duration_highr_seconds', '', { '0.01': 2, '+Inf': 5 }, 5);
    expect(tallied(text).durations?.family).toBe('http_request_duration_highr_seconds');
  });

  it('are read from a native histogram too, with its requests', () => {
    const { requests, durations } = tallied(
      `${FAMILY}{code="500"} {count:4,sum:3,schema:0,positive_spans:[0:2],positive_buckets:[1,3]}\n`,
    );
    expect(requests).toEqual({ family: FAMILY, total: 4, failed: 4 });
    expect(durations?.within).toContainEqual([1, 1]);
    expect(durations?.within).toContainEqual([2, 4]);
    expect(durations?.within.length).toBeLessThanOrEqual(24);
  });
});
