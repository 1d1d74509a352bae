import {
  type FindingDefinition,
  type Look,
  needsOf,
  type Thresholds,
  type Verdict,
} from '../../../lib/catalogue/finding.ts';
import { findingNamed } from '../../../lib/catalogue/findings/index.ts';
import type { PostgresTarget } from '../../../lib/config/targets.ts';
import type { Reading } from '../../../lib/model/reading.ts';
import { type Report, TIERS, type Tier } from '../../../lib/model/report.ts';
import { probe } from '../../../lib/probe/frame.ts';
import { postgresProbe } from '../../../lib/probe/postgres/connection.ts';

/** What the probe brings back of a database, by the frame that runs it in production. */
export const reportOf = (target: PostgresTarget, tier: Tier): Promise<Report> =>
  probe(postgresProbe, target, {
    installation: 'test',
    tier,
    intervalSeconds: tier === 'minute' ? 60 : 900,
    now: () => new Date(),
  });

const worst = (value: number, thresholds: Thresholds) =>
  (['critical', 'warning'] as const).find((severity) => {
    const threshold = thresholds[severity];
    if (threshold === undefined) return false;
    return threshold.enter >= threshold.leave ? value >= threshold.enter : value <= threshold.enter;
  }) ?? null;

function lookAt(target: PostgresTarget, reports: readonly Report[], thresholds: Thresholds): Look {
  const all = (signal: string): readonly Reading[] =>
    reports.flatMap((r) => r.readings.filter((reading) => reading.signal === signal));
  return {
    target,
    elsewhere: () => [],
    facts: Object.assign({}, ...reports.map((r) => r.facts)),
    all,
    value: (signal) => {
      const value = all(signal)[0]?.value;
      if (typeof value !== 'number') throw new RangeError(`${signal} is not known`);
      return value;
    },
    level: (value) => worst(value, thresholds),
    threshold: (severity) => (severity === 'info' ? undefined : thresholds[severity]?.enter),
  };
}

export function definition(id: string): FindingDefinition {
  const found = findingNamed(id);
  if (found === undefined) throw new RangeError(`no finding is called ${id}`);
  return found;
}

/** Judges a finding by what two real probes bring back, one of each tier, without any memory of before. */
export async function judge(
  id: string,
  target: PostgresTarget,
  thresholds: Thresholds = definition(id).thresholds ?? {},
): Promise<Verdict | null | 'unjudged'> {
  const reports = [];
  for (const tier of TIERS) reports.push(await reportOf(target, tier));
  const look = lookAt(target, reports, thresholds);
  const isKnown = (signal: string) => look.all(signal).some((r) => r.value !== null);
  return needsOf(definition(id), 'postgres').every(isKnown) ? definition(id).judge(look) : 'unjudged';
}

/** The commands a verdict offers. */
export const commandsOf = (verdict: Verdict | null | 'unjudged'): readonly string[] =>
  verdict === null || verdict === 'unjudged'
    ? []
    : (verdict.remedy ?? []).flatMap((r) => (r.command === undefined ? [] : [r.command]));

/** What a verdict rests on, as people read it. */
export const evidenceOf = (verdict: Verdict | null | 'unjudged'): string =>
  verdict === null || verdict === 'unjudged' ? '' : verdict.evidence.map((e) => e.text).join('\n');
