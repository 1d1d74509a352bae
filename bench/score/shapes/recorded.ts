import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Facts, Report } from '../../../lib/model/report.ts';
import { player } from '../../player.ts';
import { RecordingSchema, type Track } from '../../recording.ts';
import { readingsOf, type Values } from '../readings.ts';
import type { Probe } from './shape.ts';

/** What `npm run bench -- healthy --record` wrote of a real PostgreSQL, Valkey and Prefect with flows running. */
const RECORDED = join(import.meta.dirname, '../../../test/recorded/healthy.jsonl');

const tracks: readonly Track[] = v.parse(
  RecordingSchema,
  readFileSync(RECORDED, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line)),
);

/** What a target says otherwise than was recorded, by the tier in which it says so. */
export interface Otherwise {
  readonly values?: Values;
  readonly facts?: (recorded: Facts) => Facts;
}

function saidOtherwise(report: Report, { values = {}, facts = (f) => f }: Otherwise): Report {
  const own = readingsOf(report.target, values, report.startedAt);
  const kept = report.readings.filter((r) => !Object.hasOwn(values, r.signal));
  return { ...report, readings: [...kept, ...own], facts: facts(report.facts) };
}

/** @throws RangeError when nothing is recorded of the target */
export function recorded(
  target: string,
  otherwise: Readonly<Partial<Record<Report['tier'], Otherwise>>> = {},
): readonly Probe[] {
  const own = tracks.filter((track) => track.target === target);
  if (own.length === 0) throw new RangeError(`nothing is recorded of ${target}`);
  return own.map((track): Probe => {
    const play = player(track);
    const other = otherwise[track.tier];
    return {
      target,
      tier: track.tier,
      report: (round, startedAt) => {
        const report = play(round, startedAt);
        return other === undefined ? report : saidOtherwise(report, other);
      },
    };
  });
}

const isObject = (fact: Facts[string] | undefined): fact is Facts =>
  typeof fact === 'object' && fact !== null && !Array.isArray(fact);

/** The facts with some of the settings of Prefect otherwise. */
export const withSettings =
  (settings: Facts) =>
  (facts: Facts): Facts => ({
    ...facts,
    settings: { ...(isObject(facts.settings) ? facts.settings : {}), ...settings },
  });

const THREE_DAYS_SECONDS = 259_200;

/** The recorded ones were not set as recommended, which is told of as information; here all is as it should be. */
export const POSTGRES_AS_RECOMMENDED = {
  'quarter-hour': {
    values: {
      'postgres.setting.autovacuum_analyze_scale_factor': 0.02,
      'postgres.setting.autovacuum_vacuum_scale_factor': 0.1,
      // So short a recording held no query of events that was asked often enough to judge.
      'postgres.events.queries.slowest_mean_ms': 6,
      'postgres.events.queries.slow_percent': 0,
    },
  },
} as const;

const AS_RECOMMENDED = {
  events_retention_seconds: THREE_DAYS_SECONDS,
  pool: { size: 60, max_overflow: 10, timeout_seconds: 30 },
  audited: {
    'server.database.sqlalchemy.pool_size': 60,
    'server.database.sqlalchemy.max_overflow': 10,
    'server.database.sqlalchemy.pool_timeout': 30,
    'api.request_timeout': 60,
    'server.events.retention_period': THREE_DAYS_SECONDS,
    'server.services.late_runs.loop_seconds': 5,
  },
};

/** A server set as recommended, with some settings besides. */
export const prefectAsRecommended = (settings: Facts = {}, values: Values = {}) =>
  ({
    minute: {
      values: { 'prefect.docket.password_shown': 0, ...values },
      facts: withSettings({ ...AS_RECOMMENDED, ...settings }),
    },
  }) as const;
