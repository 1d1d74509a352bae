import { describe, expect, it } from 'vitest';
import reference from '../../docs/examples/oss-on-eks.ts';
import { panelsOf } from '../../infra/dashboard-panels.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { BARE, PRODUCTION, resourcesOf, templateOf } from './synth.ts';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly properties: { readonly title?: string; readonly metrics?: readonly unknown[] };
}

/** The widgets of the one dashboard, tokens of other resources left out of its text. */
function widgetsOf(input: ConfigInput): readonly Widget[] {
  const [dashboard] = Object.values(resourcesOf(templateOf(input), 'AWS::CloudWatch::Dashboard'));
  const body = dashboard?.Properties.DashboardBody as {
    readonly 'Fn::Join': readonly [string, readonly unknown[]];
  };
  const text = body['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'token')).join('');
  return JSON.parse(text).widgets;
}

const titlesOf = (input: ConfigInput) => widgetsOf(input).flatMap((w) => w.properties.title ?? []);
const [production] = reference.installations;

describe('the dashboard', () => {
  it('begins with the status and ends with the monitor itself', () => {
    const titles = titlesOf(reference);
    expect(titles[0]).toBe('production: status');
    expect(titles.slice(-3)).toEqual([
      'The monitor itself',
      'Errors of its functions',
      'Duration of its functions, ms',
    ]);
  });

  it('shows runs, the API, queues, PostgreSQL, Redis and Kubernetes in between', () => {
    expect(production === undefined ? [] : panelsOf(production).map((p) => p.title)).toEqual([
      'flow runs by state',
      'late flow runs',
      'Prefect, /ready, ms',
      'docket, work that should have begun',
      'consumers, messages behind',
      'PostgreSQL, CPU %',
      'PostgreSQL, sessions',
      'PostgreSQL, read latency, s',
      'PostgreSQL, free storage, bytes',
      'Redis, engine CPU %',
      'Redis, memory used, %',
      'Kubernetes, workloads not ready',
      'Kubernetes, API server 5xx',
      'Kubernetes, pods not scheduled',
    ]);
  });

  it('draws what is published and nothing else: the states that are essential, or all of them', () => {
    const statesOf = (metrics: 'essential' | 'full') =>
      production === undefined
        ? []
        : panelsOf({ ...production, metrics })
            .filter((p) => p.title === 'flow runs by state')
            .flatMap((p) => p.curves.map((c) => c.dimensions.State));
    expect(statesOf('essential')).toEqual(['RUNNING', 'PENDING']);
    expect(statesOf('full')).toEqual(['RUNNING', 'PENDING', 'SCHEDULED', 'PAUSED', 'CANCELLING']);
  });

  it('draws what is not on RDS or ElastiCache from its own readings', () => {
    const titles = titlesOf(PRODUCTION);
    expect(titles).toContain('production: PostgreSQL, sessions used, %');
    expect(titles).toContain('production: Redis, memory of maxmemory, %');
    expect(titles.join()).not.toContain('CPU');
  });

  it('leaves no widget on another, and none beyond the edge', () => {
    const places = widgetsOf(reference).map((w) => `${w.x} ${w.y}`);
    expect(places).toEqual([...new Set(places)]);
    for (const { x, width } of widgetsOf(reference)) expect(x + width).toBeLessThanOrEqual(24);
  });

  it('is left out where nobody wants it', () => {
    const none = templateOf({ ...BARE, alarms: { dashboard: false } });
    expect(resourcesOf(none, 'AWS::CloudWatch::Dashboard')).toEqual({});
  });
});
