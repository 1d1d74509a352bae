import type { CoreV1Event } from '@kubernetes/client-node';
import type { KubernetesTarget } from '../../config/targets.ts';
import type { Collector } from '../collector.ts';
import { everyItem } from './access/pages.ts';
import type { Sight } from './sight.ts';

const WARNINGS = 'type=Warning';
const WINDOW_MS = 15 * 60 * 1000;
/** A reason is written by whatever controller there is: only these become labels. */
const REASONS = [
  'BackOff',
  'Evicted',
  'Failed',
  'FailedCreate',
  'FailedMount',
  'FailedScheduling',
  'NodeNotReady',
  'Unhealthy',
] as const;
const OTHER = 'other';

const reasonOf = (reason: string | undefined): string => REASONS.find((known) => known === reason) ?? OTHER;

const seenOf = ({ reason, lastTimestamp, eventTime, series }: CoreV1Event) => ({
  reason: reasonOf(reason),
  at: new Date(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? 0).getTime(),
});

/** Warnings of Prefect's namespaces in the last quarter of an hour, by reason: how many things they are about. */
export const events: Collector<Sight, KubernetesTarget> = {
  name: 'events',
  tier: 'quarter-hour',
  signals: ['kubernetes.events.warnings'],
  cheap: 'events live an hour, and only the warnings are listed',
  async collect({ cluster }, _abort, { namespaces }) {
    const lists = namespaces.map((namespace) =>
      everyItem(
        (page) => cluster.core.listNamespacedEvent({ namespace, fieldSelector: WARNINGS, ...page }),
        seenOf,
      ),
    );
    const recent = (await Promise.all(lists)).flat().filter(({ at }) => Date.now() - at <= WINDOW_MS);
    const byReason = Map.groupBy(recent, ({ reason }) => reason);
    return {
      samples: [...REASONS, OTHER].map((reason) => ({
        signal: 'kubernetes.events.warnings',
        value: byReason.get(reason)?.length ?? 0,
        labels: { reason },
      })),
    };
  },
};
