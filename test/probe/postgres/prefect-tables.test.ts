import { describe, expect, it } from 'vitest';
import { needsOf } from '../../../lib/catalogue/finding.ts';
import { PREFECT_TABLES_FINDINGS } from '../../../lib/catalogue/findings/prefect-tables.ts';
import { signalNamed } from '../../../lib/catalogue/signals/index.ts';
import { prefectTables } from '../../../lib/probe/postgres/prefect-tables.ts';

const read = prefectTables.flatMap((c) => c.signals.map((signal) => [signal, c.tier] as const));

describe("the collectors of Prefect's tables", () => {
  it.each(read)('read %s, which the catalogue knows to be read every %s', (signal, tier) => {
    expect(signalNamed(signal).kind).toBe('postgres');
    expect(signalNamed(signal).tiers).toContain(tier);
  });

  it('read every signal the findings about them need', () => {
    const known = new Set(read.map(([signal]) => signal));
    const needed = PREFECT_TABLES_FINDINGS.flatMap((f) => needsOf(f, 'postgres'));
    expect(needed.filter((signal) => !known.has(signal))).toEqual([]);
  });

  it('read a signal in one tier only, but for the counts by state, of which each tier has its own states', () => {
    const twice = read.map(([signal]) => signal).filter((signal, i, all) => all.indexOf(signal) !== i);
    expect(twice).toEqual(['postgres.flow_runs']);
  });
});
