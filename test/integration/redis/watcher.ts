import { Redis } from 'ioredis';
import { assess } from '../../../lib/assess/assess.ts';
import { parseConfig } from '../../../lib/config/define.ts';
import type { FindingOverrides } from '../../../lib/config/finding-overrides.ts';
import type { InstallationConfig } from '../../../lib/config/schema.ts';
import { type Target, targetsOf } from '../../../lib/config/targets.ts';
import type { AssessState } from '../../../lib/model/assessment.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import type { Reading } from '../../../lib/model/reading.ts';
import type { Facts } from '../../../lib/model/report.ts';
import type { ValkeyServer } from '../../../local/parts/valkey.ts';
import { visit } from '../probe/visit.ts';

type Address = Pick<ValkeyServer, 'host' | 'port' | 'password'>;

interface Options {
  readonly roles?: readonly ('cache' | 'work' | 'streams')[];
  readonly findings?: FindingOverrides;
  readonly kind?: 'oss' | 'customer-managed';
  readonly streamNames?: readonly string[];
}

/** What one look at a server came to. */
export interface Seen {
  readonly facts: Facts;
  readonly readings: readonly Reading[];
  readonly errors: readonly string[];
  readonly findings: readonly Finding[];
  finding(id: string): Finding | undefined;
  /** The value of a signal, by label where it has one, or why there is none. */
  said(signal: string, label?: string): number | string | undefined;
}

const VARIABLE = 'TEST_WATCHED_REDIS_PASSWORD';

/** Probes a server and assesses the report, again and again, remembering what an assessment remembers. */
export class Watcher {
  readonly #installation: InstallationConfig;
  readonly #target: Target;
  #state: AssessState | null = null;

  constructor({ host, port, password }: Address, options: Options = {}) {
    const { roles = ['work'], findings = {}, kind = 'oss', streamNames = [] } = options;
    process.env[VARIABLE] = password;
    const target = {
      name: 'main',
      host,
      port,
      roles: [...roles],
      findings,
      streamNames: [...streamNames],
      password: { from: 'environment', variable: VARIABLE } as const,
      tls: { mode: 'off' } as const,
    };
    const [installation] = parseConfig({
      installations: [{ name: 'test', kind, redis: [target] }],
    }).installations;
    const [only] = installation === undefined ? [] : targetsOf(installation);
    if (installation === undefined || only === undefined) throw new Error('no target was configured');
    this.#installation = installation;
    this.#target = only;
  }

  async look(): Promise<Seen> {
    const report = { ...(await visit(this.#target)), installation: 'test' };
    const { snapshot, state } = assess({
      installation: this.#installation,
      reports: [report],
      vended: null,
      previous: this.#state,
      now: new Date(),
      version: 'test',
    });
    this.#state = state;
    const readings: readonly Reading[] = snapshot.monitor.targets[0]?.readings ?? [];
    return {
      facts: report.facts,
      readings,
      errors: report.errors.map((e) => `${e.collector}: ${e.reason}`),
      findings: snapshot.findings,
      finding: (id) => snapshot.findings.find((f) => f.id === id),
      said(signal, label) {
        const reading = readings.find(
          (r) =>
            r.signal === signal && (label === undefined || Object.values(r.labels ?? {}).includes(label)),
        );
        return reading?.value ?? reading?.unknown?.reason;
      },
    };
  }
}

/** Works on a server as Prefect would, on a connection of its own. */
export async function asClient<T>(
  { host, port, password }: Address,
  work: (client: Redis) => Promise<T>,
): Promise<T> {
  const client = new Redis({ host, port, password, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => undefined); // whoever asks for something is told
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

/** What an error reply says, for commands that are expected to be refused. */
export const replyOf = (command: Promise<unknown>): Promise<string> =>
  command.then(
    () => 'accepted',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
