import * as v from 'valibot';
import { readPages, whole } from './pages.ts';
import { workCollector } from './work-collector.ts';

const QUEUES = '/work_queues/filter';
const LIMITS = '/v2/concurrency_limits/filter';
const DEPLOYMENTS = '/deployments/count';
const PER_PAGE = 200;
const PAGES_MAX = 5;
const REQUESTS_MAX = 2 * PAGES_MAX + 1;

const UNPOLLED_SECONDS = 120;
const REMEMBERED_SECONDS = 86_400;

const Queue = v.object({ is_paused: v.boolean(), last_polled: v.nullish(v.string(), null) });
const Limit = v.object({
  active: v.boolean(),
  limit: v.number(),
  active_slots: v.number(),
  slot_decay_per_second: v.number(),
});
const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Queues nobody asks any more, and limits with no slot left. */
export const workLimits = workCollector({
  name: 'queues, limits and deployments',
  tier: 'quarter-hour',
  signals: [
    'prefect.work_queues.unpolled',
    'prefect.concurrency_limits',
    'prefect.concurrency_limits.exhausted',
    'prefect.deployments',
  ],
  cheap: `small tables, at most ${REQUESTS_MAX} requests, four times an hour`,
  async collect(api, abort) {
    api.allow(REQUESTS_MAX);
    const list = { perPage: PER_PAGE, pagesMax: PAGES_MAX };
    const queues = whole(await readPages(api, { path: QUEUES, row: Queue, ...list }, abort));
    const limits = whole(await readPages(api, { path: LIMITS, row: Limit, ...list }, abort));
    const deployments = v.parse(Count, await api.json({ path: DEPLOYMENTS, body: {}, abort }));
    const now = Date.now();
    const isUnpolled = ({ is_paused, last_polled }: v.InferOutput<typeof Queue>) => {
      const silent = (now - Date.parse(last_polled ?? '')) / 1000;
      return !is_paused && silent > UNPOLLED_SECONDS && silent < REMEMBERED_SECONDS;
    };
    const active = limits.filter((l) => l.active);
    const isExhausted = (l: v.InferOutput<typeof Limit>) =>
      l.limit > 0 && l.slot_decay_per_second === 0 && l.active_slots >= l.limit;
    return {
      samples: [
        { signal: 'prefect.work_queues.unpolled', value: queues.filter(isUnpolled).length },
        { signal: 'prefect.concurrency_limits', value: active.length },
        { signal: 'prefect.concurrency_limits.exhausted', value: active.filter(isExhausted).length },
        { signal: 'prefect.deployments', value: deployments },
      ],
    };
  },
});
