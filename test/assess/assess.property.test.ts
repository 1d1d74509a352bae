import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { digest } from '../../lib/assess/derivation.ts';
import { levelOf } from '../../lib/assess/thresholds.ts';
import { findingNamed } from '../../lib/catalogue/findings/index.ts';
import type { Assessment } from '../../lib/model/assessment.ts';
import { findingKey } from '../../lib/model/finding.ts';
import type { IncidentChange } from '../../lib/model/incident.ts';
import type { Report } from '../../lib/model/report.ts';
import { SEVERITIES } from '../../lib/model/severity.ts';
import { SnapshotSchema } from '../../lib/model/snapshot.ts';
import { allHealthy, at, installation, Monitor, stored } from './builders.ts';
import { history, type Moment, nonsenseReports, reportsOf, windows } from './histories.ts';

type Windows = readonly { readonly from: string; readonly to: string }[];
interface Step {
  readonly seconds: number;
  readonly monitor: Monitor;
  readonly assessment: Assessment;
}

/** Lives through a history; every look is shown to `see` before the next. */
function live(moments: readonly Moment[], maintenance: Windows, see: (step: Step) => void) {
  const monitor = new Monitor(installation({ maintenance: [...maintenance] }));
  let seconds = 0;
  const look = (...reports: readonly Report[]) =>
    see({ seconds, monitor, assessment: monitor.look(seconds, ...reports) });
  for (const moment of moments) {
    seconds += moment.afterSeconds;
    look(...reportsOf(moment, seconds));
    for (let again = 0; again < moment.looksAgain; again++) {
      seconds += 1;
      look();
    }
  }
  return { monitor, seconds };
}

function changesOf(moments: readonly Moment[], maintenance: Windows): readonly IncidentChange[] {
  const changes: IncidentChange[] = [];
  live(moments, maintenance, ({ assessment }) => changes.push(...assessment.changes));
  return changes;
}

/** Many histories take seconds; a slow machine must not fail them. */
const PATIENCE_MS = 120_000;

const ofReadings = ({ metrics }: Assessment) =>
  metrics.filter(
    (m) =>
      !['ComponentStatus', 'Status', 'StatusUnknown', 'InstallationStatus', 'FindingsActive'].includes(
        m.name,
      ),
  );

const inSlowTier = (report: Report): Report => ({ ...report, tier: 'quarter-hour', intervalSeconds: 900 });

const inAnyHistory = (check: (moments: readonly Moment[], maintenance: Windows) => void) =>
  fc.assert(fc.property(history, windows, check), { numRuns: 60 });

describe('in any history', { timeout: PATIENCE_MS }, () => {
  it('every incident is opened first, ended last, each once, its changes numbered from one', () =>
    inAnyHistory((moments, maintenance) => {
      const byIncident = Map.groupBy(changesOf(moments, maintenance), (c) => c.incident.id);
      for (const changes of byIncident.values()) {
        expect(changes.map((c) => c.number)).toEqual(changes.map((_, i) => i + 1));
        expect(changes.map((c) => c.kind).join(' ')).toMatch(/^opened( escalated)?( recovered)?$/);
      }
    }));

  it('a finding is in one incident at a time', () =>
    inAnyHistory((moments, maintenance) => {
      live(moments, maintenance, ({ assessment: { state } }) => {
        const keys = state.incidents
          .filter((i) => i.phase !== 'closed')
          .flatMap(({ finding, consequences }) => [
            findingKey(finding),
            ...consequences.filter((c) => c.phase !== 'closed').map((c) => c.finding),
          ]);
        expect(keys.length).toBe(new Set(keys).size);
      });
    }));

  it('nothing is told within a maintenance window', () =>
    inAnyHistory((moments, maintenance) => {
      for (const { at: told } of changesOf(moments, maintenance)) {
        expect(maintenance.filter((w) => w.from <= told && told < w.to)).toEqual([]);
      }
    }));

  it('nothing opens before it held for its pending time, between reports', () =>
    inAnyHistory((moments, maintenance) => {
      for (const { incident, kind } of changesOf(moments, maintenance)) {
        if (kind !== 'opened') continue;
        const held = Date.parse(incident.opened_at ?? '') - Date.parse(incident.first_observed_at);
        const { pendingSeconds } = findingNamed(incident.finding.id) ?? { pendingSeconds: Number.NaN };
        expect(held).toBeGreaterThanOrEqual(pendingSeconds * 1000);
      }
    }));

  it('looking again at the same moment tells nothing, publishes no reading and changes no state', () =>
    inAnyHistory((moments, maintenance) => {
      live(moments, maintenance, ({ monitor, seconds, assessment }) => {
        const again = monitor.again(seconds);
        expect(again.changes).toEqual([]);
        expect(ofReadings(again)).toEqual([]);
        expect(again.state).toStrictEqual(assessment.state);
        const { incidents: _, ...rest } = assessment.snapshot;
        expect(again.snapshot).toMatchObject(rest);
      });
    }));

  it('no reading is published twice', () =>
    inAnyHistory((moments, maintenance) => {
      const published = new Set<string>();
      live(moments, maintenance, ({ assessment }) => {
        for (const { name, at: time, dimensions } of ofReadings(assessment)) {
          const point = JSON.stringify([name, time, dimensions]);
          expect(published.has(point), point).toBe(false);
          published.add(point);
        }
      });
    }));

  it('every snapshot keeps its schema and every state survives its store', () =>
    inAnyHistory((moments, maintenance) => {
      live(moments, maintenance, ({ assessment: { snapshot, state } }) => {
        expect(v.parse(SnapshotSchema, JSON.parse(JSON.stringify(snapshot)))).toStrictEqual(snapshot);
        expect(stored(state)).toStrictEqual(state);
      });
    }));

  it('there is a root cause exactly when something worse than information stands', () =>
    inAnyHistory((moments, maintenance) => {
      live(moments, maintenance, ({ assessment: { snapshot } }) => {
        const root = snapshot.findings.find(
          (f) => f.id === snapshot.root_cause?.finding && f.target === snapshot.root_cause.target,
        );
        expect(root !== undefined).toBe(snapshot.findings.some((f) => f.severity !== 'info'));
        expect(root?.caused_by).toBeUndefined();
      });
    }));

  it('a target has no colour without a report, nor after the last one of every minute is two minutes old', () =>
    inAnyHistory((moments, maintenance) => {
      live(moments, maintenance, ({ monitor, seconds, assessment: { snapshot } }) => {
        for (const { target, status } of snapshot.monitor.targets) {
          const own = monitor.reports.filter((r) => r.target === target);
          const minutely = own.find((r) => r.tier === 'minute');
          const age = minutely === undefined ? 0 : Date.parse(at(seconds)) - Date.parse(minutely.startedAt);
          if (own.length === 0 || age >= 120_000) expect(status).toBe('unknown');
        }
      });
    }));

  it('all that was told is told to be over, and nothing is left behind, once everything is well', () =>
    inAnyHistory((moments, maintenance) => {
      const told: IncidentChange[] = [];
      const { monitor, seconds } = live(moments, maintenance, ({ assessment }) =>
        told.push(...assessment.changes),
      );
      // Past every window, and past what is left of the slower tier's last report.
      const after = Math.max(seconds, 6000) + 1800;
      // What flapped takes up to half an hour to be believed well.
      for (let minute = 0; minute < 33; minute++) {
        const now = after + 60 * minute;
        const wellAgain = [...allHealthy(now), ...allHealthy(now).map(inSlowTier)];
        told.push(...monitor.look(now, ...wellAgain).changes);
      }
      for (const changes of Map.groupBy(told, (c) => c.incident.id).values()) {
        expect(changes.at(-1)?.kind).toBe('recovered');
      }
      expect([monitor.state?.holding, monitor.state?.incidents]).toEqual([{}, []]);
      expect(monitor.again(after + 60 * 32).snapshot.status).toBe('healthy');
    }));
});

describe('whatever a broken probe reports', { timeout: PATIENCE_MS }, () => {
  it('an assessment never throws, keeps its schema and survives its store', () =>
    fc.assert(
      fc.property(fc.array(nonsenseReports, { maxLength: 6 }), (rounds) => {
        const monitor = new Monitor();
        rounds.forEach((reports, round) => {
          const { snapshot, state } = monitor.look(60 * round, ...reports);
          expect(v.parse(SnapshotSchema, JSON.parse(JSON.stringify(snapshot)))).toStrictEqual(snapshot);
          expect(stored(state)).toStrictEqual(state);
        });
      }),
      { numRuns: 150 },
    ));

  it('what follows from two reports is a finite number that is not negative, or unknown', () =>
    fc.assert(
      fc.property(nonsenseReports, nonsenseReports, ([before], [after]) => {
        fc.pre(before !== undefined && after !== undefined);
        for (const { value, unknown } of digest(after, digest(before, undefined)).derived) {
          if (value === null) expect(unknown?.reason).toBeDefined();
          else expect(Number.isFinite(value) && value >= 0).toBe(true);
        }
      }),
    ));
});

describe('a level', () => {
  const edge = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: -20, max: 20 }));
  const threshold = edge.map(([enter, distance]) => ({ enter, leave: enter + distance }));
  const thresholds = fc.record({ warning: threshold, critical: threshold }, { requiredKeys: [] });
  const present = fc.option(fc.constantFrom(...SEVERITIES));

  it('stays where it is while the value does', () =>
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 110 }), thresholds, present, (value, edges, before) => {
        const level = levelOf(value, edges, before);
        expect(levelOf(value, edges, level)).toBe(level);
      }),
    ));
});
