import { setTimeout as pause } from 'node:timers/promises';
import { assess } from '../../lib/assess/assess.ts';
import { tiersOf } from '../../lib/catalogue/signals/index.ts';
import type { InstallationConfig } from '../../lib/config/schema.ts';
import { type Target, targetsOf } from '../../lib/config/targets.ts';
import { type Report, TIER_SECONDS, type Tier } from '../../lib/model/report.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { probeTarget } from '../../lib/probe/index.ts';
import { VERSION } from '../../lib/version.ts';

const now = () => new Date();

/** Everything a first look reads; the second repeats the minute tier, whose counters become rates. */
function look(installation: string, targets: readonly Target[], tiers: (t: Target) => readonly Tier[]) {
  const visits = targets.flatMap((target) => tiers(target).map((tier) => ({ target, tier })));
  return Promise.all(
    visits.map(({ target, tier }) =>
      probeTarget(target, { installation, tier, intervalSeconds: TIER_SECONDS[tier], now }),
    ),
  );
}

export interface Looks {
  readonly installation: InstallationConfig;
  readonly intervalSeconds: number;
  readonly abort: AbortSignal;
}

/** The installation with only the targets that were asked for; everything when none was. */
export function only(installation: InstallationConfig, ids: readonly string[]): InstallationConfig {
  if (ids.length === 0) return installation;
  const keep = <T extends { readonly name: string }>(kind: string, targets: readonly T[]) =>
    targets.filter((t) => ids.includes(`${kind}/${t.name}`));
  return {
    ...installation,
    postgres: keep('postgres', installation.postgres),
    redis: keep('redis', installation.redis),
    prefect: keep('prefect', installation.prefect),
    services: keep('service', installation.services),
    entrances: keep('network', installation.entrances),
    kubernetes: installation.kubernetes
      .filter(({ name }) => [`kubernetes/${name}`, `logs/${name}`].some((id) => ids.includes(id)))
      .map((t) => (ids.includes(`logs/${t.name}`) ? t : { ...t, logs: false as const })),
  };
}

/** Probes every target, says so, waits, and probes again: what follows from two looks is then known. */
export class Check {
  readonly #looks: Looks;
  #first: readonly Report[] = [];

  constructor(looks: Looks) {
    this.#looks = looks;
  }

  async first(): Promise<void> {
    const { installation } = this.#looks;
    this.#first = await look(installation.name, targetsOf(installation), (t) => tiersOf(t.kind));
  }

  async wait(): Promise<void> {
    await pause(this.#looks.intervalSeconds * 1000, undefined, { signal: this.#looks.abort });
  }

  async second(): Promise<Snapshot> {
    const { installation } = this.#looks;
    const before = assess({
      installation,
      reports: this.#first,
      vended: null,
      previous: null,
      now: now(),
      version: VERSION,
    });
    const second = await look(installation.name, targetsOf(installation), () => ['minute']);
    const reports = [...this.#first.filter((r) => r.tier !== 'minute'), ...second];
    return assess({
      installation,
      reports,
      vended: null,
      previous: before.state,
      now: now(),
      version: VERSION,
    }).snapshot;
  }
}
