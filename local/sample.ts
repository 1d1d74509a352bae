import type { Credential } from '../lib/config/credentials.ts';
import { parseConfig } from '../lib/config/define.ts';
import type { Config, InstallationConfig } from '../lib/config/schema.ts';
import { stateFolder } from './parts/places.ts';
import { type PostgresServer, startPostgres } from './parts/postgres.ts';
import { type PrefectOptions, type PrefectServer, startPrefect } from './parts/prefect.ts';
import type { PythonEnvironment } from './parts/python.ts';
import type { Supervisor } from './parts/supervisor.ts';
import { startValkey, type ValkeyOptions, type ValkeyServer } from './parts/valkey.ts';

/** An installation of one's own on this machine, all of its parts real. */
export interface Sample {
  readonly postgres: PostgresServer;
  readonly valkey: ValkeyServer;
  readonly prefect: PrefectServer;
}

/** The stores first; then Prefect on them. `settings` are Prefect's, `valkeySettings` its Redis's. @throws PartFailed */
export async function startSample(
  supervisor: Supervisor,
  python: PythonEnvironment,
  state: string,
  settings: PrefectOptions['settings'] = {},
  valkeySettings: ValkeyOptions['settings'] = {},
): Promise<Sample> {
  const folder = (name: string) => stateFolder(state, name);
  const [postgres, valkey] = await Promise.all([
    startPostgres(supervisor, { folder: folder('postgres') }),
    startValkey(supervisor, python, { folder: folder('valkey'), settings: valkeySettings }),
  ]);
  const prefect = await startPrefect(supervisor, {
    python,
    postgres,
    valkey,
    folder: folder('prefect'),
    settings,
  });
  return { postgres, valkey, prefect };
}

/** How Prefect Vitals is told to watch it. Passwords are references, as on AWS; loopback needs no TLS. */
export function sampleConfig(
  { postgres, valkey, prefect }: Sample,
  passwords: { readonly postgres: Credential; readonly valkey: Credential },
): Config {
  return parseConfig({
    installations: [
      {
        name: 'local',
        postgres: [
          {
            name: 'orion',
            host: postgres.host,
            port: postgres.port,
            database: prefect.database.name,
            user: prefect.database.monitor.user,
            password: passwords.postgres,
            tls: { mode: 'off' },
          },
        ],
        redis: [
          {
            name: 'main',
            host: valkey.host,
            port: valkey.port,
            password: passwords.valkey,
            tls: { mode: 'off' },
          },
        ],
        prefect: [{ apiUrl: prefect.apiUrl }],
        services: [{ name: 'server', metricsUrl: `${prefect.apiUrl}/metrics` }],
        entrances: [{ name: 'api', url: new URL(prefect.apiUrl).origin, serves: 'api' }],
      },
    ],
  });
}

/** As it is watched where nobody is billed for waiting: long enough to hear most runs of its services end. */
export const attentively = (installation: InstallationConfig): InstallationConfig => ({
  ...installation,
  redis: installation.redis.map((target) => ({ ...target, listenSeconds: 3 })),
});
