import type { TargetKind } from '../../model/report.ts';
import { TARGET_KINDS } from '../../model/report.ts';
import { type Signal, signalsOf } from '../signal.ts';

const watchedByTheMonitor = (kind: TargetKind): readonly Signal[] =>
  signalsOf(kind)({
    'monitor.report.age_intervals': {
      metric: null,
      unit: 'None',
      nature: 'gauge',
      help: "age of the target's newest report, in intervals of its schedule",
      from: 'the time of the report',
    },
    'monitor.report.unreadable': {
      metric: null,
      unit: 'None',
      nature: 'gauge',
      label: 'reason',
      help: '1 when the probe ran and could not tell whether the target is up',
      from: 'the report',
    },
  });

/** What assess itself observes about the probing of every target. */
export const MONITOR_SIGNALS: readonly Signal[] = TARGET_KINDS.flatMap(watchedByTheMonitor);
