import type { Signal } from '../../lib/catalogue/signal.ts';
import type { TargetKind } from '../../lib/model/report.ts';
import { code, GENERATED, page, plain, table } from './markdown.ts';

const HEADINGS: Readonly<Record<TargetKind, string>> = {
  postgres: 'PostgreSQL, and the tables Prefect keeps in it',
  redis: 'Redis or Valkey',
  prefect: 'Prefect, over HTTP',
  service: "Prefect's web services, by their metrics",
  network: 'The way in',
  kubernetes: 'Kubernetes',
  logs: "The logs of Prefect's pods",
  'postgres-log': "PostgreSQL's own log, from CloudWatch Logs",
};

/** Where a value comes from that no probe reads by itself. */
const NATURE: Readonly<Record<Signal['nature'], string>> = {
  gauge: '',
  counter: 'counts up',
  derived: 'from two probes or more',
};

function howOften({ tiers, vended, nature }: Signal): string {
  const often = vended === undefined ? tiers.join(', ') : `from ${vended.namespace}`;
  const how = NATURE[nature];
  return how === '' ? often : `${often}; ${how}`;
}

const rowOf = (signal: Signal): readonly string[] => [
  signal.label === undefined ? code(signal.id) : `${code(signal.id)} by ${signal.label}`,
  plain(signal.help),
  signal.unit,
  howOften(signal),
  signal.metric === null ? '' : code(signal.metric),
  plain(signal.from),
];

/** The page about signals: all that is measured, by kind of target. */
export function signalsPage(signals: readonly Signal[]): string {
  return page(
    '# Signals',
    `What is measured, by kind of target. ${GENERATED}`,
    'A value that could not be read is unknown, with the reason, never 0. Only signals with a metric are published to CloudWatch, in the namespace `PrefectVitals`; the others serve findings, the snapshot and the page.',
    ...[...Map.groupBy(signals, ({ kind }) => kind)].flatMap(([kind, of]) => [
      `## ${HEADINGS[kind]}`,
      table(['signal', 'what it is', 'unit', 'read every', 'metric', 'from'], of.map(rowOf)),
    ]),
  );
}
