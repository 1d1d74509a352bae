import Table from 'cli-table3';
import type { PrefectTarget } from '../lib/config/targets.ts';
import { probeTarget } from '../lib/probe/index.ts';
import { REQUESTS_MAX } from '../lib/probe/prefect/api.ts';
import { withSession } from '../local/parts/postgres.ts';
import { pythonEnvironment } from '../local/parts/python.ts';
import type { Supervisor } from '../local/parts/supervisor.ts';
import { startSample } from '../local/sample.ts';
import { countingProxy } from '../test/integration/probe/counting-proxy.ts';
import { seedHistory, seedPresent, seedReferred } from './prefect-rows.ts';
import { shown, timed } from './timing.ts';

const SIZES = [10_000, 1_000_000] as const;
const ROUNDS = 7;

/** What a minute's round over the API alone costs a real Prefect, with few runs and with a million. */
export async function measureApi(supervisor: Supervisor, progress: (text: string) => void): Promise<string> {
  progress('starting PostgreSQL, Valkey and Prefect');
  const sample = await startSample(supervisor, await pythonEnvironment(supervisor, () => {}), 'bench-api');
  const { postgres, prefect } = sample;
  // The background services would go through the seeded runs at the same time.
  await prefect.services.stop();
  const proxy = await countingProxy(prefect.apiUrl);
  const target: PrefectTarget = {
    kind: 'prefect',
    id: 'prefect/server',
    name: 'server',
    apiUrl: proxy.apiUrl,
    auth: { scheme: 'none' },
    tls: {},
    readsWorkByApi: true,
  };
  const round = async () => {
    proxy.asked.length = 0;
    const now = () => new Date();
    const visit = { installation: 'bench', tier: 'minute', intervalSeconds: 60, now } as const;
    const { errors } = await probeTarget(target, visit);
    if (errors.length > 0) throw new Error(`the round failed: ${JSON.stringify(errors)}`);
  };

  const table = new Table({
    head: ['flow runs', 'requests', 'min ms', 'median ms', 'max ms'],
    style: { head: [], border: [] },
  });
  const requests: number[] = [];
  try {
    await withSession(postgres, postgres.admin, prefect.database.name, async (session) => {
      await seedReferred(session);
      let present = 0;
      for (const size of SIZES) {
        await seedHistory(session, present, size, progress);
        await seedPresent(session);
        present = size;
        progress(`measuring with ${size.toLocaleString('en')} flow runs`);
        const { minMs, medianMs, maxMs } = await timed(ROUNDS, round);
        requests.push(proxy.asked.length);
        table.push([
          size.toLocaleString('en'),
          proxy.asked.length,
          ...[minMs, medianMs, maxMs].map((ms) => shown(ms)),
        ]);
      }
    });
  } finally {
    await proxy.close();
  }
  const most = Math.max(...requests);
  const grows = new Set(requests).size > 1;
  return `${table}\n${most} requests at most; the bound is ${REQUESTS_MAX}: ${most <= REQUESTS_MAX ? 'kept' : 'BROKEN'}; they ${grows ? 'GROW' : 'do not grow'} with the runs.`;
}
