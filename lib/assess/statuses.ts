import type { Finding } from '../model/finding.ts';
import type { TargetKind } from '../model/report.ts';
import { type Status, worstOf } from '../model/status.ts';
import { secondsBetween } from './clock.ts';
import type { Rule } from './rules.ts';
import type { Watch } from './staleness.ts';

/** The component of findings about the watching itself rather than about what is watched. */
const MONITOR = 'monitor';

/** A finding that stands, with the rule it was judged by. */
export interface JudgedFinding {
  readonly finding: Finding;
  readonly rule: Rule;
}

export interface Statuses {
  readonly overall: Status;
  readonly monitor: Status;
  /** Per target id. */
  readonly targets: ReadonlyMap<string, Status>;
  /** Per kind of target: the worst of its targets and of what the monitor concludes about watching them. */
  readonly components: ReadonlyMap<TargetKind, Status>;
}

/** What the monitor cannot see is merely unknown for a grace: the time its finding takes to open an incident. */
function statusOf({ finding, rule }: JudgedFinding): Status {
  const held = secondsBetween(finding.since, finding.observed_at);
  return finding.component === MONITOR && held < rule.pendingSeconds ? 'unknown' : finding.status;
}

function statusOfTarget({ target, unknown }: Watch, judged: readonly JudgedFinding[]): Status {
  if (unknown !== null) return 'unknown';
  const own = judged.filter((j) => j.finding.target === target.id && j.finding.component !== MONITOR);
  return worstOf(own.map(statusOf));
}

function statusOfKind(
  kind: TargetKind,
  watches: readonly Watch[],
  judged: readonly JudgedFinding[],
  targets: ReadonlyMap<string, Status>,
): Status {
  const ids = new Set(watches.filter((w) => w.target.kind === kind).map((w) => w.target.id));
  const own = [...ids].map((id) => targets.get(id) ?? 'unknown');
  return worstOf([...own, ...judged.filter((j) => ids.has(j.finding.target)).map(statusOf)]);
}

/** Colours each target, the monitor and the whole. Where nothing is watched nothing is known. */
export function statusesOf(watches: readonly Watch[], judged: readonly JudgedFinding[]): Statuses {
  const targets = new Map(watches.map((w) => [w.target.id, statusOfTarget(w, judged)]));
  const watched = targets.size === 0 ? (['unknown'] as const) : [...targets.values()];
  return {
    overall: worstOf([...watched, ...judged.map(statusOf)]),
    monitor: worstOf(judged.filter((j) => j.finding.component === MONITOR).map(statusOf)),
    targets,
    components: new Map(
      [...new Set(watches.map((w) => w.target.kind))].map((kind) => [
        kind,
        statusOfKind(kind, watches, judged, targets),
      ]),
    ),
  };
}
