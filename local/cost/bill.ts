import { tiersOf } from '../../lib/catalogue/signals/index.ts';
import type { Config } from '../../lib/config/schema.ts';
import { credentialsOf, targetsOf } from '../../lib/config/targets.ts';
import { TIER_SECONDS } from '../../lib/model/report.ts';
import { queriesFor } from '../../lib/vended/queries.ts';
import { ASKED_EVERY_MS } from '../../lib/vended/read.ts';
import { ASSUMED, HOURS_A_MONTH, MINUTES_A_MONTH } from './assumptions.ts';
import { customMetrics } from './metrics.ts';
import { PRICES, type PriceName } from './prices.ts';
import { type Billed, billedIn, type Scheduled } from './template.ts';

/** One line of a month's bill. `quantity` counts units of the price; `dollars` is not rounded. */
export interface Line {
  readonly item: string;
  readonly group: 'compute' | 'table' | 'CloudWatch' | 'others' | 'network';
  readonly quantity: number;
  readonly price: PriceName;
  readonly dollars: number;
}

const asksAMonth = (everyMs: number) => (MINUTES_A_MONTH * 60_000) / everyMs;
const ASKS_A_MONTH =
  ASSUMED.troubledShare * asksAMonth(ASKED_EVERY_MS.troubled) +
  (1 - ASSUMED.troubledShare) * asksAMonth(ASKED_EVERY_MS.calm);
const STREAM_RUNS = MINUTES_A_MONTH * ASSUMED.assessmentsAMinute;
const BYTES_OF_GB = 1e9;
/** Of a consistent read. */
const KILOBYTES_OF_READ = 4;
/** Items, their keys included, are billed by the whole kilobyte. */
const whole = (kilobytes: number) => Math.ceil(kilobytes);
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const line = (group: Line['group'], item: string, quantity: number, price: PriceName): Line => ({
  group,
  item,
  quantity,
  price,
  dollars: quantity * PRICES[price].dollars,
});

const secondsOf = (name: string): number =>
  Object.entries(ASSUMED.seconds).find(([known]) => known === name)?.[1] ?? 1;

/** Runs that no schedule asks for: the stream's, the alerts', the page's. */
function unscheduledRuns(name: string, config: Config): number {
  if (name === 'assess') return STREAM_RUNS * config.installations.length;
  if (name === 'notify') return ASSUMED.alertsToEachAddress;
  return name === 'api' ? ASSUMED.apiRequests : 0;
}

const runsOf = (f: Scheduled, config: Config): number => f.runs + unscheduledRuns(f.name, config);

function billedSeconds(f: Scheduled, config: Config): number {
  if (f.name !== 'assess') return runsOf(f, config) * secondsOf(f.name);
  return f.runs * ASSUMED.secondsOfIdleAssess + unscheduledRuns(f.name, config) * secondsOf(f.name);
}

function compute({ functions }: Billed, config: Config): readonly Line[] {
  return [
    ...functions.map((f) =>
      line('compute', `Lambda ${f.name}, memory`, billedSeconds(f, config) * f.memoryGiB, 'lambdaGbSecond'),
    ),
    line('compute', 'Lambda, requests', sum(functions.map((f) => runsOf(f, config))), 'lambdaRequest'),
    line('compute', 'Scheduler', sum(functions.map((f) => f.runs)), 'schedulerInvocation'),
  ];
}

/** Write units and kept kilobytes of one installation's items. */
function itemsOf(installation: Config['installations'][number]) {
  const targets = targetsOf(installation);
  const ofTargets = ASSUMED.kilobytesOfTarget;
  const state = whole(ofTargets.state * targets.length);
  const snapshot = whole(ofTargets.snapshot * targets.length);
  const history = whole(ofTargets.history * targets.length);
  const reports = targets.flatMap(({ kind }) =>
    tiersOf(kind).map((tier) => ({
      aMinute: 60 / TIER_SECONDS[tier],
      units: whole(ASSUMED.kilobytesOfReport[kind]),
    })),
  );
  const unitsOfReports = sum(reports.map((r) => r.units));
  return {
    reports: MINUTES_A_MONTH * sum(reports.map((r) => r.aMinute * r.units)),
    assessments: STREAM_RUNS * (state + snapshot + history),
    reads: STREAM_RUNS * whole((state + unitsOfReports) / KILOBYTES_OF_READ),
    idleReads: MINUTES_A_MONTH * whole(state / KILOBYTES_OF_READ),
    readByPage: ASSUMED.apiRequests * whole(snapshot / KILOBYTES_OF_READ),
    // History is kept for a day, all else once.
    kilobytes: 24 * 60 * history + state + snapshot + unitsOfReports,
  };
}

function table(config: Config): readonly Line[] {
  const items = config.installations.map(itemsOf);
  const of = (name: keyof ReturnType<typeof itemsOf>) => sum(items.map((i) => i[name]));
  const read = of('reads') + of('idleReads') + of('readByPage');
  return [
    line('table', 'DynamoDB, reports written', of('reports'), 'tableWrite'),
    line('table', 'DynamoDB, assessments written', of('assessments'), 'tableWrite'),
    line('table', 'DynamoDB, read', read, 'tableRead'),
    line('table', 'DynamoDB, its stream', STREAM_RUNS * items.length, 'streamRead'),
    line('table', 'DynamoDB, storage', (of('kilobytes') * 1000) / BYTES_OF_GB, 'tableStorage'),
  ];
}

function cloudwatch(billed: Billed, config: Config): readonly Line[] {
  const runs = sum(billed.functions.map((f) => runsOf(f, config)));
  const queries = config.installations.flatMap((i) => queriesFor(targetsOf(i)));
  const asks = sum(queries.map((q) => (q.isHourly ? HOURS_A_MONTH : ASKS_A_MONTH)));
  return [
    line('CloudWatch', 'custom metrics', customMetrics(config), 'metric'),
    line('CloudWatch', 'PutMetricData', STREAM_RUNS * config.installations.length, 'metricPut'),
    line('CloudWatch', 'GetMetricData', asks, 'metricRead'),
    line('CloudWatch', 'alarms', billed.alarms, 'alarm'),
    line('CloudWatch', 'composite alarms', billed.compositeAlarms, 'compositeAlarm'),
    line('CloudWatch', 'dashboards', billed.dashboards, 'dashboard'),
    line('CloudWatch', 'logs', (runs * ASSUMED.logBytesOfRun) / BYTES_OF_GB, 'logs'),
  ];
}

function others(billed: Billed, config: Config): readonly Line[] {
  const theirs = credentialsOf(config).filter((c) => c.credential.from === 'secret').length;
  return [
    line('others', 'API Gateway', ASSUMED.apiRequests, 'apiRequest'),
    line('others', 'SNS, e-mail', billed.subscriptions * ASSUMED.alertsToEachAddress, 'email'),
    line('others', 'secrets of the stack', billed.secrets, 'secret'),
    line('others', 'secrets, read', (theirs + billed.secrets) * ASSUMED.secretReads, 'secretRead'),
    line('others', 'keys of the stack', billed.keys, 'key'),
  ];
}

function network({ endpointZones, natGateways }: Billed): readonly Line[] {
  const zones = sum(endpointZones.map((n) => n ?? ASSUMED.zones));
  return [
    line('network', 'interface endpoints', zones * HOURS_A_MONTH, 'interfaceEndpointHour'),
    line('network', 'NAT gateways', natGateways * HOURS_A_MONTH, 'natGatewayHour'),
  ];
}

/** What a month of this template costs by list price, and of what: without traffic, which stays within a VPC's zone. */
export function billOf(template: unknown, config: Config): readonly Line[] {
  const billed = billedIn(template, config.stackName);
  return [
    ...compute(billed, config),
    ...table(config),
    ...cloudwatch(billed, config),
    ...others(billed, config),
    ...network(billed),
  ];
}

export const totalOf = (lines: readonly Line[]): number => sum(lines.map((l) => l.dollars));
