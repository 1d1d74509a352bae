import type { FindingDefinition, Thresholds, Verdict } from '../../../lib/catalogue/finding.ts';
import { findingNamed } from '../../../lib/catalogue/findings/index.ts';
import type { PostgresTarget } from '../../../lib/config/targets.ts';
import type { Report, Tier } from '../../../lib/model/report.ts';
import { judge as judgeSeen, look } from './look.ts';

/** What came of a finding: a verdict, null when it does not hold, or that a signal it needs is not known. */
export type Judged = Verdict | null | 'unjudged';

export async function reportOf(target: PostgresTarget, tier: Tier): Promise<Report> {
  const [report] = (await look(target, [tier])).reports;
  if (report === undefined) throw new RangeError(`no report of ${tier}`);
  return report;
}

function definition(id: string): FindingDefinition {
  const found = findingNamed(id);
  if (found === undefined) throw new RangeError(`no finding is called ${id}`);
  return found;
}

/** Puts a finding to what two real probes bring back, one of each tier. */
export async function judge(id: string, target: PostgresTarget, thresholds?: Thresholds): Promise<Judged> {
  const finding = { ...definition(id), ...(thresholds !== undefined && { thresholds }) };
  const seen = await look(target);
  const isKnown = (signal: string) => seen.readings.some((r) => r.signal === signal && r.value !== null);
  return finding.needs.every(isKnown) ? judgeSeen(finding, seen) : 'unjudged';
}

const verdictOf = (judged: Judged): Verdict | null => (judged === 'unjudged' ? null : judged);

/** The commands a verdict offers. */
export const commandsOf = (judged: Judged): readonly string[] =>
  (verdictOf(judged)?.remedy ?? []).flatMap((r) => (r.command === undefined ? [] : [r.command]));

/** What a verdict rests on, as people read it. */
export const evidenceOf = (judged: Judged): string =>
  (verdictOf(judged)?.evidence ?? []).map((e) => e.text).join('\n');
