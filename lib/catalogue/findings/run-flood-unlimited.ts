import * as v from 'valibot';
import type { Remedy } from '../../model/finding.ts';
import type { Facts } from '../../model/report.ts';
import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';

/** The facts of two collectors: who is asked for most now, and how often deployments are usually asked for. */
const Busiest = v.fallback(
  v.array(
    v.object({
      id: v.string(),
      asked_per_minute: v.number(),
      deployment: v.nullable(v.string()),
      pool: v.nullable(v.string()),
      queue: v.nullable(v.string()),
      age_seconds: v.nullable(v.number()),
      limited: v.boolean(),
    }),
  ),
  [],
);
type Busy = v.InferOutput<typeof Busiest>[number];
const Usual = v.fallback(v.record(v.string(), v.number()), {});
const OfOthers = v.fallback(v.number(), 0);

/** A deployment younger than the day its history is taken from has none to go by. */
const HISTORY_SECONDS = 25 * 3_600;
const TIMES_USUAL = 10;

const usualOf = ({ id }: Busy, facts: Facts): number =>
  v.parse(Usual, facts.usual_runs_per_minute)[id] ?? v.parse(OfOthers, facts.usual_runs_per_minute_of_others);

const isFlooded = (busy: Busy, facts: Facts): boolean =>
  !busy.limited &&
  (busy.age_seconds ?? 0) > HISTORY_SECONDS &&
  busy.asked_per_minute > TIMES_USUAL * usualOf(busy, facts);

/** What is recommended lies between 5 and 100: here the runs of one minute, within that. */
const limitFor = ({ asked_per_minute }: Busy): number =>
  Math.min(100, Math.max(5, Math.ceil(asked_per_minute)));

const remedyFor = (flood: Busy): readonly Remedy[] => {
  const { pool, queue } = flood;
  if (pool === null || queue === null) return [];
  const limit = limitFor(flood);
  return [
    {
      text: 'Let no more of its runs start at once than the workers bear: on its queue alone …',
      command: `prefect work-queue set-concurrency-limit ${shellWord(queue)} ${limit} --pool ${shellWord(pool)}`,
    },
    {
      text: '… or on the whole pool.',
      command: `prefect work-pool set-concurrency-limit ${shellWord(pool)} ${limit}`,
    },
  ];
};

const AT_THE_SOURCE: Remedy = {
  text: 'If an automation asks for the runs, let it do so once for each resource: add for_each ["prefect.resource.id"], or of the client ["client_id"], to its trigger. And give the deployment a concurrency_limit of its own, between 5 and 100 by what the workers bear.',
};

export const runFloodUnlimited: FindingDefinition = {
  ...MINUTELY,
  id: 'run-flood-unlimited',
  kinds: ['postgres'],
  component: 'flow-runs',
  title: 'One deployment floods Prefect with runs and has no limit',
  needs: ['postgres.flow_runs.busiest_deployment_per_minute', 'postgres.flow_runs.usual_per_minute'],
  thresholds: { critical: { enter: 30, leave: 10 } },
  meaning:
    'Runs of one deployment are asked for more often than the threshold, in runs a minute, and over ten times as often as on the day before. Neither it nor its queue nor its pool has a concurrency limit.',
  impact:
    'Workers start all of them at once and run out of memory or of addresses; the API and the database take the whole load.',
  remedy: [
    {
      text: 'Let no more of its runs start at once than the workers bear: on its queue alone …',
      command: 'prefect work-queue set-concurrency-limit <queue> <n> --pool <pool>',
    },
    { text: '… or on the whole pool.', command: 'prefect work-pool set-concurrency-limit <pool> <n>' },
    AT_THE_SOURCE,
  ],
  causes: [],
  source: ['Prefect, flow_run.count: Alert flooding kills workers without concurrency limits'],
  judge: (look) => {
    const flood = v
      .parse(Busiest, look.facts.busiest_deployments)
      .find((busy) => isFlooded(busy, look.facts) && look.level(busy.asked_per_minute) !== null);
    if (flood === undefined) return null;
    const severity = look.level(flood.asked_per_minute);
    if (severity === null) return null;
    return {
      severity,
      evidence: [
        {
          text: `${flood.deployment ?? flood.id}: ${flood.asked_per_minute.toFixed(0)} runs a minute, usually ${usualOf(flood, look.facts).toFixed(1)}`,
          signal: 'postgres.flow_runs.busiest_deployment_per_minute',
          value: flood.asked_per_minute,
          threshold: look.threshold(severity),
        },
        {
          text: `no limit on it, its queue ${flood.queue ?? '(none)'} or its pool ${flood.pool ?? '(none)'}`,
        },
      ],
      remedy: [...remedyFor(flood), AT_THE_SOURCE],
    };
  },
};
