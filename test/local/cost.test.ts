import { describe, expect, it } from 'vitest';
import reference from '../../docs/examples/oss-on-eks.ts';
import { parseConfig } from '../../lib/config/define.ts';
import type { Config } from '../../lib/config/schema.ts';
import { targetsOf } from '../../lib/config/targets.ts';
import { billOf, totalOf } from '../../local/cost/bill.ts';
import { customMetrics } from '../../local/cost/metrics.ts';
import { PRICES } from '../../local/cost/prices.ts';
import { billText } from '../../local/cost/report.ts';
import { templateOf } from '../../local/cost/synthesise.ts';
import { billedIn } from '../../local/cost/template.ts';

const template = templateOf(reference);
const bill = billOf(template, reference);
const amountOf = (item: string, lines = bill) => lines.find((l) => l.item === item)?.dollars ?? Number.NaN;
const [production] = reference.installations;
const inFull: Config = {
  ...reference,
  installations: reference.installations.map((i) => ({ ...i, metrics: 'full' })),
};

describe('the reference installation', () => {
  it('is three PostgreSQL, three Redis, one cluster of EKS and Prefect', () => {
    const kinds = production === undefined ? [] : targetsOf(production).map((t) => t.kind);
    expect(kinds).toEqual([
      ...Array(3).fill('postgres'),
      ...Array(3).fill('redis'),
      'prefect',
      'kubernetes',
      'logs',
    ]);
  });

  it('costs fifteen dollars a month at most, by list price', () => {
    expect(totalOf(bill)).toBeGreaterThan(5);
    expect(totalOf(bill)).toBeLessThanOrEqual(15);
  });

  it('pays nothing for the network', () => {
    const network = bill.filter((l) => l.group === 'network');
    expect(network.map((l) => [l.item, l.dollars])).toEqual([
      ['interface endpoints', 0],
      ['NAT gateways', 0],
    ]);
  });

  it('publishes a status for each of its five components and eight readings', () => {
    expect(customMetrics(reference)).toBe(5 + 8);
    expect(customMetrics(inFull)).toBeGreaterThan(100);
  });
});

describe('a bill', () => {
  it('counts what is in the template', () => {
    const billed = billedIn(template, reference.stackName);
    const resources: readonly { Type: string }[] = Object.values(
      (template as { readonly Resources: object }).Resources,
    );
    const count = (type: string) => resources.filter((r) => r.Type === type).length;
    expect(billed.functions.map((f) => f.name).sort()).toEqual([
      'api',
      'assess',
      'notify',
      'probe-kubernetes',
      'probe-logs',
      'probe-postgres',
      'probe-prefect',
      'probe-redis',
    ]);
    expect(amountOf('alarms')).toBeCloseTo(count('AWS::CloudWatch::Alarm') * 0.1);
    const minutely = billed.functions.find((f) => f.name === 'probe-redis');
    expect(minutely?.runs).toBeGreaterThanOrEqual(43_800);
  });

  it('multiplies a quantity by the price it names', () => {
    for (const { quantity, price, dollars } of bill)
      expect(dollars).toBeCloseTo(quantity * PRICES[price].dollars);
  });

  it('grows with every metric published', () => {
    const full = billOf(template, inFull);
    const more = customMetrics(inFull) - customMetrics(reference);
    expect(totalOf(full) - totalOf(bill)).toBeCloseTo(more * 0.3);
  });

  it('has a line for each endpoint that is paid by the hour', () => {
    const [id, endpoint] = ['Endpoint', { Type: 'AWS::EC2::VPCEndpoint' }] as const;
    const withEndpoint = (Properties: object) => ({
      Resources: {
        ...(template as { readonly Resources: object }).Resources,
        [id]: { ...endpoint, Properties },
      },
    });
    const interfaces = billOf(
      withEndpoint({ VpcEndpointType: 'Interface', SubnetIds: ['a', 'b', 'c'] }),
      reference,
    );
    expect(amountOf('interface endpoints', interfaces)).toBeCloseTo(3 * 730 * 0.01);
    const gateway = billOf(withEndpoint({ VpcEndpointType: 'Gateway' }), reference);
    expect(amountOf('interface endpoints', gateway)).toBe(0);
  });

  it('is printed with its sum, the pages of its prices and what is assumed', () => {
    const text = billText(bill, [{ what: 'nothing', dollars: 1.5, page: '' }]);
    expect(text).toContain(totalOf(bill).toFixed(2));
    expect(text).toContain(PRICES.metric.page);
    expect(text).toMatch(/assessmentsAMinute/);
    expect(text).toMatch(/nothing +│ +1\.50/);
  });

  it('marks what was read at second hand, and says how much of the sum that is', () => {
    const rows = billText(bill, []).split('\n');
    expect(rows.find((r) => r.includes(' custom metrics '))).toMatch(/ 0\.300 /);
    expect(rows.find((r) => r.includes(' DynamoDB, reports written '))).toMatch(/ 6\.25e-7 \* /);
    const second = bill.filter((l) => PRICES[l.price].read === 'write-ups');
    const part = /([\d.]+) of the sum stand on them/.exec(rows.join())?.[1];
    expect(Number(part)).toBeCloseTo(totalOf(second), 1);
    expect(totalOf(second)).toBeLessThan(totalOf(bill) / 2);
  });
});

it('is made of an installation without targets too', () => {
  const bare = parseConfig({ installations: [{ name: 'bare' }] });
  expect(totalOf(billOf(templateOf(bare), bare))).toBeGreaterThan(0);
});
