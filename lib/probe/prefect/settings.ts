import * as v from 'valibot';
import {
  CONSUMER_SERVICES,
  PERPETUAL_SERVICES,
  type PerpetualService,
} from '../../catalogue/prefect/services.ts';
import type { PrefectSettings } from '../../catalogue/prefect/settings.ts';
import type { Collector } from '../collector.ts';
import type { PrefectApi } from './api.ts';
import { secondsOf } from './duration.ts';

/** Passwords stand in it, the address of docket's Redis among them: nothing leaves here but what is picked below. */
const SETTINGS = '/admin/settings';

const Settings = v.object({ server: v.record(v.string(), v.unknown()) });
type Server = v.InferOutput<typeof Settings>['server'];

/** What stands under a dotted path, undefined where this release has no such setting. */
function at(server: Server, path: string): unknown {
  let value: unknown = server;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** A true or false for a set of kinds is how releases before 3.7 wrote it; runs that are deleted leave orphans. */
function kindsIn(value: unknown): readonly string[] {
  if (value === true) return ['events', 'flow_runs', 'orphans'];
  if (value === false) return ['events'];
  const kinds = Array.isArray(value) ? value.filter((kind) => typeof kind === 'string') : [];
  return kinds.includes('flow_runs') ? [...kinds, 'orphans'] : kinds;
}

/** Whether a service is on and how often it should run; null where this release has no such service. */
function perpetual(service: PerpetualService, server: Server): PrefectSettings['perpetual'][string] | null {
  const { intervalPath, intervalSeconds, switches } = service;
  const interval = intervalPath === null ? intervalSeconds : secondsOf(at(server, intervalPath));
  if (interval === null || interval <= 0) return null;
  const values = switches.map(({ path }) => at(server, path));
  if (values.includes(undefined)) return null;
  const enabled = switches.every(({ includes }, index) =>
    includes === undefined ? values[index] === true : kindsIn(values[index]).includes(includes),
  );
  return { enabled, interval_seconds: interval };
}

function docketBackend(url: unknown): PrefectSettings['docket']['backend'] {
  if (typeof url !== 'string') return 'other';
  if (url.startsWith('memory:')) return 'memory';
  return /^(redis|rediss|unix|redis\+\w+|rediss\+\w+):/.test(url) ? 'redis' : 'other';
}

/** Whether a password can be read in docket's address. Prefect writes stars where it hides one. */
export function isPasswordShown(answer: unknown): boolean {
  const url = at(v.parse(Settings, answer).server, 'docket.url');
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  const { password, searchParams } = new URL(url);
  return [password, searchParams.get('password') ?? ''].some((text) =>
    /[^*]/.test(text.replaceAll('%2A', '*')),
  );
}

function broker(module: unknown): PrefectSettings['messaging'] {
  if (module === 'prefect.server.utilities.messaging.memory') return 'memory';
  return module === 'prefect_redis.messaging' ? 'redis' : 'other';
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 100) : '');
const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** Picks what is needed out of the answer of /admin/settings. @throws ValiError when it is no such answer. */
export function pickSettings(answer: unknown): PrefectSettings {
  const { server } = v.parse(Settings, answer);
  const services = PERPETUAL_SERVICES.flatMap((service) => {
    const picked = perpetual(service, server);
    return picked === null ? [] : [[service.name, picked] as const];
  });
  const consumers = CONSUMER_SERVICES.flatMap(({ group, switchPath }) => {
    const enabled = at(server, switchPath);
    return typeof enabled === 'boolean' ? [[group, enabled] as const] : [];
  });
  return {
    docket: { backend: docketBackend(at(server, 'docket.url')), name: textOf(at(server, 'docket.name')) },
    messaging: broker(at(server, 'events.messaging_broker')),
    perpetual: Object.fromEntries(services),
    consumers: Object.fromEntries(consumers),
    events_retention_seconds: secondsOf(at(server, 'events.retention_period')),
    pool: {
      size: numberOf(at(server, 'database.sqlalchemy.pool_size')),
      max_overflow: numberOf(at(server, 'database.sqlalchemy.max_overflow')),
      timeout_seconds: numberOf(at(server, 'database.sqlalchemy.pool_timeout')),
    },
  };
}

/** How the server is configured: which services it expects, how often they run, and through what they talk. */
export const settings: Collector<PrefectApi> = {
  name: 'settings',
  tier: 'minute',
  signals: ['prefect.docket.in_memory', 'prefect.docket.password_shown'],
  cheap: 'the server answers from memory, about 7 KB',
  async collect(api, abort) {
    const answer = await api.json({ path: SETTINGS, abort });
    const picked = pickSettings(answer);
    const inMemory = picked.docket.backend === 'memory' ? 1 : 0;
    return {
      samples: [
        { signal: 'prefect.docket.in_memory', value: inMemory },
        { signal: 'prefect.docket.password_shown', value: isPasswordShown(answer) ? 1 : 0 },
      ],
      facts: { settings: picked },
    };
  },
};
