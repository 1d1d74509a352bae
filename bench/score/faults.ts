import type { Fault } from './fault.ts';
import { OF_BACKGROUND } from './faults/background.ts';
import { OF_LOGS } from './faults/logs.ts';
import { OF_THE_MONITOR } from './faults/monitor.ts';
import { OF_POSTGRES } from './faults/postgres.ts';
import { OF_PREFECT } from './faults/prefect.ts';
import { OF_REDIS } from './faults/redis.ts';
import { OF_THE_CLUSTER, OF_THE_WAY_IN } from './faults/surroundings.ts';
import { OF_TABLES } from './faults/tables.ts';

/** Everything that goes wrong alone, and is an incident. */
export const FAULTS: readonly Fault[] = [
  ...OF_POSTGRES,
  ...OF_TABLES,
  ...OF_REDIS,
  ...OF_BACKGROUND,
  ...OF_PREFECT,
  ...OF_THE_WAY_IN,
  ...OF_THE_CLUSTER,
  ...OF_LOGS,
  ...OF_THE_MONITOR,
];

/** @throws RangeError when there is none */
export function faultOf(finding: string): Fault {
  const fault = FAULTS.find((f) => f.expected.startsWith(`${finding}@`));
  if (fault === undefined) throw new RangeError(`no fault is expected to be ${finding}`);
  return fault;
}
