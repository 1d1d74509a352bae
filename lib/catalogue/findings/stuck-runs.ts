import * as v from 'valibot';
import type { Evidence } from '../../model/finding.ts';
import type { Fact } from '../../model/report.ts';

const Share = v.object({ name: v.string(), runs: v.number() });

/** The fact the collector leaves of runs stuck in one state: where most of them are, and the oldest. */
const Place = v.fallback(
  v.object({ pools: v.array(Share), deployments: v.array(Share), oldest: v.array(v.string()) }),
  { pools: [], deployments: [], oldest: [] },
);
export type StuckRuns = v.InferOutput<typeof Place>;

export const stuckRunsIn = (fact: Fact | undefined): StuckRuns => v.parse(Place, fact);

const listed = (shares: StuckRuns['pools']): string => shares.map((s) => `${s.name} (${s.runs})`).join(', ');

/** Where the stuck runs are, as far as it is known. */
export const whereStuck = ({ pools, deployments }: StuckRuns): readonly Evidence[] => [
  ...(pools.length > 0 ? [{ text: `work pools: ${listed(pools)}` }] : []),
  ...(deployments.length > 0 ? [{ text: `deployments: ${listed(deployments)}` }] : []),
];
