import { describe, expect, it } from 'vitest';
import { FINDINGS } from '../../lib/catalogue/findings/index.ts';
import { SIGNALS } from '../../lib/catalogue/signals/index.ts';

describe('the catalogue', () => {
  it('calls no two findings and no two signals of one kind the same', () => {
    const ids = FINDINGS.map((f) => f.id);
    expect(ids).toEqual([...new Set(ids)]);
    const signals = SIGNALS.map((s) => `${s.kind} ${s.id}`);
    expect(signals).toEqual([...new Set(signals)]);
  });

  it('publishes no two signals under one metric', () => {
    const metrics = SIGNALS.flatMap((s) => (s.metric === null ? [] : [s.metric]));
    expect(metrics).toEqual([...new Set(metrics)]);
  });

  it('derives only from signals that are there', () => {
    const ids = new Set(SIGNALS.map((s) => s.id));
    for (const { derivation } of SIGNALS) {
      if (derivation === undefined) continue;
      const of = derivation.how === 'share' ? [derivation.of, ...derivation.within] : [derivation.of];
      for (const id of of) expect(ids).toContain(id);
    }
  });
});
