import { assess } from '../lib/assess/assess.ts';
import { tiersOf } from '../lib/catalogue/signals/index.ts';
import type { InstallationConfig } from '../lib/config/schema.ts';
import { targetsOf } from '../lib/config/targets.ts';
import type { AssessState } from '../lib/model/assessment.ts';
import type { IncidentChange } from '../lib/model/incident.ts';
import { type Report, TIER_SECONDS, type Tier } from '../lib/model/report.ts';
import type { Snapshot } from '../lib/model/snapshot.ts';
import { probeTarget } from '../lib/probe/index.ts';
import { VERSION } from '../lib/version.ts';
import { type Sample, sampleConfig } from './sample.ts';

export interface Round {
  readonly reports: readonly Report[];
  readonly snapshot: Snapshot;
  /** What people are to be told now. */
  readonly changes: readonly IncidentChange[];
}

const now = () => new Date();

/** How a sample is watched, its passwords in the environment of this process. */
export function watchOf(sample: Sample): InstallationConfig {
  process.env.SAMPLE_POSTGRES_PASSWORD = sample.prefect.database.monitor.password;
  process.env.SAMPLE_REDIS_PASSWORD = sample.valkey.password;
  const [installation] = sampleConfig(sample, {
    postgres: { from: 'environment', variable: 'SAMPLE_POSTGRES_PASSWORD' },
    valkey: { from: 'environment', variable: 'SAMPLE_REDIS_PASSWORD' },
  }).installations;
  if (installation === undefined) throw new Error('the configuration has no installation');
  return installation;
}

/** Probes and assesses an installation as deployed, round after round, without the AWS in between. */
export class Rounds {
  readonly #installation: InstallationConfig;
  readonly #newest = new Map<string, Report>();
  #state: AssessState | null = null;

  constructor(installation: InstallationConfig) {
    this.#installation = installation;
  }

  /** Probes in the tiers that are due, and assesses the newest report of each. */
  async look(due: readonly Tier[] = ['minute']): Promise<Round> {
    const installation = this.#installation;
    const visits = targetsOf(installation).flatMap((target) =>
      tiersOf(target.kind).flatMap((tier) => (due.includes(tier) ? [{ target, tier }] : [])),
    );
    const reports = await Promise.all(
      visits.map(({ target, tier }) =>
        probeTarget(target, {
          installation: installation.name,
          tier,
          intervalSeconds: TIER_SECONDS[tier],
          now,
        }),
      ),
    );
    for (const report of reports) this.#newest.set(`${report.target} ${report.tier}`, report);
    const { state, snapshot, changes } = assess({
      installation,
      reports: [...this.#newest.values()],
      vended: null,
      previous: this.#state,
      now: now(),
      version: VERSION,
    });
    this.#state = state;
    return { reports, snapshot, changes };
  }
}
