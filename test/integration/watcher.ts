import { assess } from '../../lib/assess/assess.ts';
import type { InstallationConfig } from '../../lib/config/schema.ts';
import { targetsOf } from '../../lib/config/targets.ts';
import type { AssessState } from '../../lib/model/assessment.ts';
import type { Report } from '../../lib/model/report.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { visit } from './probe/visit.ts';

/** Watches an installation as deployed, only as often as a test wants to look. */
export class Watcher {
  readonly #installation: InstallationConfig;
  #state: AssessState | null = null;

  constructor(installation: InstallationConfig) {
    this.#installation = installation;
  }

  /** Probes every target now and assesses what came back with what is remembered. */
  async look(): Promise<Snapshot> {
    const { name } = this.#installation;
    const probed = await Promise.all(targetsOf(this.#installation).map((target) => visit(target)));
    const reports = probed.map((report): Report => ({ ...report, installation: name }));
    const now = new Date();
    const assessment = assess({
      installation: this.#installation,
      reports,
      vended: null,
      previous: this.#state,
      now,
      version: 'test',
    });
    this.#state = assessment.state;
    return assessment.snapshot;
  }
}

/** The finding of that id, if it stands. */
export const findingIn = ({ findings }: Snapshot, id: string) => findings.find((f) => f.id === id);

export const serviceIn = ({ services }: Snapshot, name: string) =>
  [...services.perpetual, ...services.consumer].find((s) => s.name === name);

export const perpetualIn = ({ services }: Snapshot, name: string) =>
  services.perpetual.find((s) => s.name === name);

/** When the readings of a signal were read. */
export const readingTimeOf = ({ monitor }: Snapshot, signal: string): string =>
  monitor.targets.flatMap((t) => t.readings ?? []).find((r) => r.signal === signal)?.at ?? '';
