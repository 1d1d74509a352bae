import type { FindingDefinition, Thresholds } from '../../../lib/catalogue/finding.ts';
import { findingNamed } from '../../../lib/catalogue/findings/index.ts';
import type { PostgresTarget } from '../../../lib/config/targets.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import type { Reading } from '../../../lib/model/reading.ts';
import { type Report, TIERS, type Tier } from '../../../lib/model/report.ts';
import { probe } from '../../../lib/probe/frame.ts';
import { postgresProbe } from '../../../lib/probe/postgres/connection.ts';
import { outcomeOf } from './assessed.ts';

/** What the probe brings back of a database, by the frame that runs it in production. */
export const reportOf = (target: PostgresTarget, tier: Tier): Promise<Report> =>
  probe(postgresProbe, target, {
    installation: 'test',
    tier,
    intervalSeconds: tier === 'minute' ? 60 : 900,
    now: () => new Date(),
  });

const readingsOf = async (target: PostgresTarget, signal: string, tier: Tier) =>
  (await reportOf(target, tier)).readings.filter((r) => r.signal === signal);

/** What a probe reads of a signal now, for one of its labels where it has several; undefined when nothing. */
export const readingOf = async (
  target: PostgresTarget,
  signal: string,
  { tier = 'minute', label }: { readonly tier?: Tier; readonly label?: string } = {},
): Promise<Reading | undefined> =>
  (await readingsOf(target, signal, tier)).find(
    (r) => label === undefined || Object.values(r.labels ?? {}).includes(label),
  );

/** What a probe reads of a signal now, by its label. */
export const valuesOf = async (
  target: PostgresTarget,
  signal: string,
  tier: Tier = 'minute',
): Promise<Readonly<Record<string, number | null>>> =>
  Object.fromEntries(
    (await readingsOf(target, signal, tier)).map((r) => [Object.values(r.labels ?? {})[0] ?? '', r.value]),
  );

export function definition(id: string): FindingDefinition {
  const found = findingNamed(id);
  if (found === undefined) throw new RangeError(`no finding is called ${id}`);
  return found;
}

/** Judges a finding by what two real probes bring back, one of each tier: null when it does not hold. */
export async function judge(
  id: string,
  target: PostgresTarget,
  thresholds?: Thresholds,
): Promise<Finding | null | 'unjudged'> {
  const reports: Report[] = [];
  for (const tier of TIERS) reports.push(await reportOf(target, tier));
  const asked = { definition: definition(id), target, reports };
  const outcome = outcomeOf(thresholds === undefined ? asked : { ...asked, thresholds });
  if ('unevaluated' in outcome) return 'unjudged';
  return outcome.result === 'holds' ? outcome.finding : null;
}

/** The commands a finding offers. */
export const commandsOf = (finding: Finding | null | 'unjudged'): readonly string[] =>
  finding === null || finding === 'unjudged'
    ? []
    : finding.remedy.flatMap((r) => (r.command === undefined ? [] : [r.command]));

/** What a finding rests on, as people read it. */
export const evidenceOf = (finding: Finding | null | 'unjudged'): string =>
  finding === null || finding === 'unjudged' ? '' : finding.evidence.map((e) => e.text).join('\n');
