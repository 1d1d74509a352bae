import { isWorse, type Severity } from '../../model/severity.ts';
import type { FindingDefinition, Look } from '../finding.ts';
import { CAUSES_OF_STANDSTILL, RESTART_SERVICES, spoken } from './background-services.ts';
import { MINUTELY } from './defaults.ts';
import { foreseenBy } from './foreseen.ts';

/** In a Redis Cluster the name is a hash tag, and braces mean something to a shell. */
const streamOf = ({ facts }: Look, docket: string): string =>
  facts.mode === 'cluster' ? `'{${docket}}:stream'` : `${docket}:stream`;

export const docketBacklogGrowing: FindingDefinition = {
  ...MINUTELY,
  id: 'docket-backlog-growing',
  kinds: ['redis'],
  component: 'docket',
  title: 'Background work piles up in docket',
  needs: ['redis.docket.backlog', 'redis.docket.backlog_per_minute'],
  thresholds: { warning: { enter: 100, leave: 20 }, critical: { enter: 2000, leave: 1000 } },
  meaning:
    'More tasks are due than workers take, and the backlog grew between two probes: work comes in faster than it is done.',
  impact:
    'Everything Prefect does in the background comes later and later, and the backlog fills the memory of Redis.',
  remedy: [
    { text: 'Look at the database first: tasks that wait for it hold every place of the workers.' },
    {
      text: 'See what kinds of task the newest of the backlog are.',
      command: 'redis-cli XREVRANGE <stream> + - COUNT 10',
    },
    RESTART_SERVICES,
  ],
  causes: ['docket-no-live-worker', ...CAUSES_OF_STANDSTILL],
  source: ['Prefect discussion 20738'],
  judge(look) {
    const growing = look.all('redis.docket.backlog').flatMap(({ value, labels }) => {
      const same = (signal: string) =>
        look.all(signal).find((r) => r.labels?.docket === labels?.docket)?.value ?? null;
      const perMinute = same('redis.docket.backlog_per_minute');
      const severity = value === null ? null : look.level(value);
      if (value === null || severity === null || perMinute === null || perMinute <= 0) return [];
      const oldest = same('redis.docket.oldest_ready_seconds');
      const age = oldest === null || oldest === 0 ? '' : `; the first has waited ${spoken(oldest)}`;
      return [{ severity, docket: labels?.docket ?? '', value, perMinute, age }];
    });
    const [first] = growing;
    if (first === undefined) return null;
    const severity = growing.reduce<Severity>(
      (worst, g) => (isWorse(g.severity, worst) ? g.severity : worst),
      first.severity,
    );
    const forecast = look.forecast('redis.docket.backlog');
    return {
      severity,
      evidence: [
        ...growing.map(({ docket, value, perMinute, age }) => ({
          text: `docket ${docket}: ${value} tasks should have begun, ${perMinute.toFixed(0)} more each minute${age}`,
          signal: 'redis.docket.backlog',
          value,
          threshold: look.threshold(severity),
        })),
        ...foreseenBy(forecast, `docket ${forecast?.labels?.docket} has ${forecast?.limit} of them`),
      ],
      remedy: docketBacklogGrowing.remedy.map(({ text, command }) => ({
        text,
        ...(command !== undefined && { command: command.replace('<stream>', streamOf(look, first.docket)) }),
      })),
    };
  },
};
