import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import Table from 'cli-table3';
import { Redis } from 'ioredis';
import { readSnapshot } from '../lib/store/snapshot.ts';
import { deploy } from '../local/deploy.ts';
import { firstSnapshot } from '../local/first-look.ts';
import { startEmulator } from '../local/parts/ministack.ts';
import { stateFolder } from '../local/parts/places.ts';
import { withSession } from '../local/parts/postgres.ts';
import { pythonEnvironment } from '../local/parts/python.ts';
import type { Supervisor } from '../local/parts/supervisor.ts';
import { until } from '../local/parts/until.ts';
import { clientOptions, invoke } from '../local/remote.ts';
import { type Sample, sampleConfig, startSample } from '../local/sample.ts';
import { schedulesOf } from '../local/schedules.ts';
import { keepSecret } from '../local/secrets.ts';
import { shown, timed } from './timing.ts';

const RUNS = 15;

/** The least anybody could do to see whether the same three are there, each over a new connection. */
async function bareRound({ postgres, valkey, prefect }: Sample): Promise<void> {
  const { monitor, name } = prefect.database;
  const redis = new Redis({
    host: valkey.host,
    port: valkey.port,
    password: valkey.password,
    lazyConnect: true,
  });
  await Promise.all([
    withSession(postgres, monitor, name, (session) => session.query('SELECT 1')),
    redis.ping().finally(() => redis.disconnect()),
    fetch(`${prefect.apiUrl}/health`).then((answer) => answer.text()),
  ]);
}

/** A minute's round: from the schedules' events to the snapshot in the table that knows all three reports. */
export async function measureRound(
  supervisor: Supervisor,
  progress: (text: string) => void,
): Promise<string> {
  progress('starting PostgreSQL, Valkey, Prefect and the emulator');
  const python = await pythonEnvironment(supervisor, () => {});
  const [sample, cloud] = await Promise.all([
    startSample(supervisor, python, 'bench'),
    startEmulator(supervisor, python, { folder: stateFolder('bench', 'ministack') }),
  ]);
  progress('deploying');
  const config = sampleConfig(sample, {
    postgres: await keepSecret(cloud, 'bench-postgres', sample.prefect.database.monitor.password),
    valkey: await keepSecret(cloud, 'bench-valkey', sample.valkey.password),
  });
  const file = join(stateFolder('bench'), 'vitals.config.json');
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  const deployed = await deploy(supervisor, cloud, file);
  await firstSnapshot(supervisor, cloud, deployed);

  const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(cloud)));
  const table = { client: dynamodb, name: deployed.tableName };
  const minutely = (await schedulesOf(deployed)).filter((s) => s.input.includes('"tier":"minute"'));
  const knowsAllSince = async (began: string) => {
    const targets = (await readSnapshot(table, 'local'))?.monitor.targets ?? [];
    return targets.length > 0 && targets.every((t) => t.observed_at !== null && t.observed_at >= began);
  };
  progress('measuring');
  const round = await timed(RUNS, async () => {
    const began = new Date().toISOString();
    await Promise.all([
      ...minutely.map((schedule) => invoke(cloud, schedule)),
      until('the snapshot', () => knowsAllSince(began), { withinSeconds: 30, signal: supervisor.signal }),
    ]);
  });
  const bare = await timed(RUNS, () => bareRound(sample));

  const rows = new Table({ head: ['', 'min ms', 'median ms', 'max ms'], style: { head: [], border: [] } });
  for (const [name, t] of [
    ['a round: event to snapshot', round],
    ['bare SELECT 1 + PING + GET /health', bare],
  ] as const) {
    rows.push([name, shown(t.minMs), shown(t.medianMs), shown(t.maxMs)]);
  }
  const ratio = (round.medianMs / bare.medianMs).toFixed(0);
  return `${rows}\nA round takes ${ratio} times as long as the bare one. The emulator starts a process a function; polling adds up to 100 ms.`;
}
