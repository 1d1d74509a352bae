import { type Fault, shut } from '../fault.ts';
import { CLUSTER, ENTRANCE, LOGS, POSTGRES, POSTGRES_LOG, PREFECT, REDIS, SERVICE } from './places.ts';

const EVERY_TARGET = [POSTGRES, REDIS, PREFECT, SERVICE, ENTRANCE, CLUSTER, LOGS, POSTGRES_LOG];

const silent = (target: string): Fault => ({
  name: `the probe of ${target} is silent`,
  expected: `probe-silent@${target}`,
  brings: [],
  befalls: 'whole',
  touches: [target],
  change: (report) => (report.target === target ? null : report),
});

const blind = (target: string): Fault =>
  shut(`the probe of ${target} sees nothing`, `probe-failing@${target}`, 'auth', {});

/** What goes wrong with the watching itself, a probe of each kind. */
export const OF_THE_MONITOR: readonly Fault[] = [...EVERY_TARGET.map(silent), ...EVERY_TARGET.map(blind)];
