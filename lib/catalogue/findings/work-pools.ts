import * as v from 'valibot';
import type { Fact } from '../../model/report.ts';

/**
 * A work pool as the collector leaves it in the facts: `held` counts slots of runs PENDING for over ten minutes, `late`
 * runs over a minute past their start, `workers` those alive. Runs that are late are null where the API tells of the pool,
 * which does not count them.
 */
const Pools = v.fallback(
  v.array(
    v.object({
      name: v.string(),
      limit: v.nullable(v.number()),
      used: v.number(),
      held: v.number(),
      late: v.nullable(v.number()),
      workers: v.number(),
    }),
  ),
  [],
);
export type WorkPool = v.InferOutput<typeof Pools>[number];

export const workPoolsIn = (fact: Fact | undefined): readonly WorkPool[] => v.parse(Pools, fact);

/** So many are named in a finding; the facts hold more. */
export const POOLS_NAMED = 5;
