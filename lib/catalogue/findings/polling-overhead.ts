import * as v from 'valibot';
import type { Remedy } from '../../model/finding.ts';
import { duration } from '../duration.ts';
import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { IN_ONE_REPORT } from './defaults.ts';

const Polling = v.fallback(
  v.array(v.object({ deployment: v.string(), every_seconds: v.number(), short_percent: v.number() })),
  [],
);
const NAMED = 3;

const BY_EVENT: Remedy = {
  text: 'Start it by what it looks for: let the source emit an event (emit_event, a webhook) and give the deployment an event trigger, then take the schedule away.',
  command: 'prefect automation create --from-file <automation.yaml>',
};
const seeSchedules = (deployment: string): Remedy => ({
  text: 'See its schedules; once the trigger works, pause them.',
  command: `prefect deployment schedule ls ${deployment}`,
});

export const pollingOverhead: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'polling-overhead',
  kinds: ['postgres'],
  component: 'flow-runs',
  title: 'A deployment polls: it runs every few minutes and is over at once',
  needs: ['postgres.deployments.polling_short_percent'],
  thresholds: { warning: { enter: 90, leave: 80 } },
  meaning:
    'A deployment runs by schedule every five minutes or less, and nearly all of its runs (the threshold is in percent) take under five seconds: it asks whether there is something to do, and mostly there is not.',
  impact:
    'Every look costs a run: rows, events, a process or a pod. Among so many runs nobody sees which of them did something, and why.',
  remedy: [BY_EVENT, seeSchedules('<flow/deployment>')],
  causes: [],
  source: [
    'Prefect, flow_run.count: Time-based polling obscures pipeline trigger causes and creates constant execution overhead',
  ],
  judge: (look) => {
    const percent = look.value('postgres.deployments.polling_short_percent');
    const severity = look.level(percent);
    if (severity === null) return null;
    const polling = v
      .parse(Polling, look.facts.polling_deployments)
      .filter(({ short_percent }) => look.level(short_percent) !== null)
      .slice(0, NAMED);
    return {
      severity,
      evidence: [
        {
          text: `${percent.toFixed(0)} % of a deployment's runs are over within 5 s`,
          signal: 'postgres.deployments.polling_short_percent',
          value: percent,
          threshold: look.threshold(severity),
        },
        ...polling.map((d) => ({
          text: `${d.deployment} runs every ${duration(d.every_seconds)}; ${d.short_percent.toFixed(0)} % of its runs are over within 5 s`,
        })),
      ],
      remedy: [BY_EVENT, ...polling.map((d) => seeSchedules(shellWord(d.deployment)))],
    };
  },
};
