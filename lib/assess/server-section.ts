import type { PrefectTarget, ServiceTarget } from '../config/targets.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { secondsBetween } from './clock.ts';
import { NOT_CONFIGURED, unknownIn, type View, valueIn, versionIn } from './sections.ts';

type Server = Snapshot['server'];
type Age = Pick<Server, 'uptime_seconds' | 'started_at'>;

const UNSEEN: Age = { uptime_seconds: null, started_at: null };

/** Whether these are the metrics of this very server: they are at the same place as its API. */
const isItsOwn = ({ apiUrl }: PrefectTarget, service: ServiceTarget): boolean =>
  'metricsUrl' in service && new URL(service.metricsUrl).origin === new URL(apiUrl).origin;

/**
 * Since when the server runs it tells in its metrics, where these are on and watched. Of several processes behind one
 * address it is the one that answered.
 */
function ageOf({ target }: View<PrefectTarget>, services: readonly View<ServiceTarget>[]): Age {
  const own = services.find((service) => isItsOwn(target, service.target));
  const started = own?.observation.facts.process_started_at;
  const readAt = own?.watch.speaker?.startedAt;
  if (typeof started !== 'string' || readAt === undefined) return UNSEEN;
  return { uptime_seconds: Math.max(0, Math.round(secondsBetween(started, readAt))), started_at: started };
}

export function serverSection(
  view: View<PrefectTarget> | undefined,
  services: readonly View<ServiceTarget>[],
): Server {
  if (view === undefined) {
    return {
      ...UNSEEN,
      status: 'unknown',
      version: null,
      latency_ms: null,
      ready: null,
      ready_latency_ms: null,
      unknown: NOT_CONFIGURED,
    };
  }
  const ready = valueIn(view, 'prefect.ready');
  return {
    ...ageOf(view, services),
    status: view.status,
    version: versionIn(view),
    latency_ms: valueIn(view, 'prefect.health_ms'),
    ready: ready === null ? null : ready === 1,
    ready_latency_ms: valueIn(view, 'prefect.ready_ms'),
    ...unknownIn(view),
  };
}
