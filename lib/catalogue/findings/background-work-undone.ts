import { duration } from '../duration.ts';
import { type FindingDefinition, type Look, STATUS_OF_SEVERITY } from '../finding.ts';
import { effectIn } from '../prefect/effects.ts';
import { expectationsIn } from '../prefect/look.ts';
import {
  DEGRADED_AFTER_INTERVALS,
  ERROR_AFTER_INTERVALS,
  type Progress,
  progressIn,
} from '../prefect/progress.ts';
import { CAUSES_OF_STANDSTILL, READ_SERVICES_LOG, RESTART_SERVICES } from './background-services.ts';
import { MINUTELY } from './defaults.ts';

/** Where the tables show what these fail to do, findings of their own tell it. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set([
  'monitor_late_runs',
  'monitor_worker_health',
  'ensure_cancelling_timeout_checks',
  'schedule_event_vacuum_tasks',
]);

/** Whether some Redis shows when a service last began: then the findings there tell what becomes of it. */
const isSeenRunning = (look: Look, name: string): boolean =>
  look.elsewhere('redis').some(({ all }) => {
    const seen = progressIn(all, { settings: null, release: null }).find((p) => p.service.name === name);
    return seen !== undefined && seen.intervals !== null;
  });

interface Behind extends Progress {
  readonly owedSeconds: number;
  readonly severity: 'warning' | 'critical';
}

function behindIn(look: Look): readonly Behind[] {
  const expectations = expectationsIn(look.elsewhere('prefect'));
  return progressIn(() => [], expectations).flatMap((progress) => {
    const { name } = progress.service;
    if (progress.isExpected === false || TOLD_ELSEWHERE.has(name) || isSeenRunning(look, name)) return [];
    const { overdueSeconds } = effectIn(look.all, expectations, name);
    /** Schedules without any run to come are a finding of their own. */
    if (overdueSeconds === null || !Number.isFinite(overdueSeconds)) return [];
    const severity = look.level(overdueSeconds / progress.intervalSeconds);
    return severity === null || severity === 'info'
      ? []
      : [{ ...progress, owedSeconds: overdueSeconds, severity }];
  });
}

export const backgroundWorkUndone: FindingDefinition = {
  ...MINUTELY,
  id: 'background-work-undone',
  kinds: ['postgres'],
  component: 'services',
  title: 'Background services leave work undone',
  needs: ['postgres.scheduler.overdue_seconds', 'postgres.clean_up.overdue_seconds'],
  thresholds: {
    warning: { enter: DEGRADED_AFTER_INTERVALS, leave: 1.5 },
    critical: { enter: ERROR_AFTER_INTERVALS, leave: DEGRADED_AFTER_INTERVALS },
  },
  status: { ...STATUS_OF_SEVERITY, warning: 'degraded' },
  meaning:
    'The tables hold work that a background service should have done more of its intervals ago than the threshold. No Redis that is watched shows when the service last ran: this is judged by what it left undone.',
  impact: 'What the service does comes late or no longer happens: see each of them in the evidence.',
  remedy: [RESTART_SERVICES, READ_SERVICES_LOG],
  causes: ['late-runs-unmarked', 'workers-stale', ...CAUSES_OF_STANDSTILL],
  source: ['Prefect discussion 20738: status derivation', 'Prefect Vitals: background services'],
  judge(look) {
    const behind = behindIn(look);
    if (behind.length === 0) return null;
    const severity = behind.some((b) => b.severity === 'critical') ? 'critical' : 'warning';
    return {
      severity,
      evidence: behind.map(({ service, intervalSeconds, owedSeconds }) => ({
        text: `${service.name} (${service.does}) has work waiting for ${duration(owedSeconds)}, every ${intervalSeconds} s is due`,
        signal: service.name.startsWith('schedule_')
          ? 'postgres.scheduler.overdue_seconds'
          : 'postgres.clean_up.overdue_seconds',
        value: owedSeconds / intervalSeconds,
        threshold: look.threshold(severity),
      })),
    };
  },
};
