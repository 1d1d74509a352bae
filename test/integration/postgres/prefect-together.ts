import { assess } from '../../../lib/assess/assess.ts';
import { parseConfig } from '../../../lib/config/define.ts';
import { targetsOf } from '../../../lib/config/targets.ts';
import { TIERS } from '../../../lib/model/report.ts';
import type { Snapshot } from '../../../lib/model/snapshot.ts';
import { visit } from '../probe/visit.ts';
import type { PrefectDatabase } from './prefect-database.ts';

/** What is concluded of the API of a Prefect and its database together, looked at now in both tiers. */
export async function lookTogether(
  { target }: Pick<PrefectDatabase, 'target'>,
  apiUrl: string,
): Promise<Snapshot> {
  const { host, port, database, user, password, tls } = target;
  const orion = { name: 'orion', host, port, database, user, tls, ...(password && { password }) };
  const [installation] = parseConfig({
    installations: [{ name: 'test', postgres: [orion], prefect: [{ apiUrl }] }],
  }).installations;
  if (installation === undefined) throw new Error('there is no installation');
  const visits = targetsOf(installation).flatMap((t) => TIERS.map((tier) => visit(t, tier)));
  const reports = await Promise.all(visits);
  const now = new Date();
  return assess({ installation, reports, vended: null, previous: null, now, version: 'test' }).snapshot;
}
