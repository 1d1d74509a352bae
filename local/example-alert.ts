import { findingNamed } from '../lib/catalogue/findings/index.ts';
import type { Evidence } from '../lib/model/finding.ts';
import type { ChangeKind, Incident, IncidentChange } from '../lib/model/incident.ts';
import type { Severity } from '../lib/model/severity.ts';

const FINDING = 'redis-memory-high';
const TARGET = 'redis/streams';

const SIGNAL = { signal: 'redis.memory.used_percent' } as const;

const BEGAN = Date.parse('2026-11-21T02:00:00.000Z');
const after = (minutes: number): string => new Date(BEGAN + minutes * 60_000).toISOString();

/** When each kind of change comes, in minutes after the beginning. */
const TOLD_AFTER: Readonly<Record<ChangeKind, number>> = {
  opened: 1,
  escalated: 9,
  reminder: 69,
  recovered: 185,
};

const evidenceOf = (severity: Severity): Evidence =>
  severity === 'critical'
    ? { text: '964 of 1024 MiB in use (94.1 %)', ...SIGNAL, value: 94.14, threshold: 90 }
    : { text: '790 of 1024 MiB in use (77.1 %)', ...SIGNAL, value: 77.15, threshold: 75 };

/**
 * What might be told of an installation, for trying out who hears of it: the words are the catalogue's, the rest is made
 * up. Its title says that it is an example.
 */
export function exampleAlert(installation: string, kind: ChangeKind): IncidentChange {
  const definition = findingNamed(FINDING);
  if (definition === undefined) throw new RangeError(`the catalogue has no finding ${FINDING}`);
  const { id, component, status, title, meaning, impact, remedy, source } = definition;
  const at = after(TOLD_AFTER[kind]);
  const severity = kind === 'opened' ? 'warning' : 'critical';
  const isOver = kind === 'recovered';
  const incident: Incident = {
    id: `${FINDING}@${TARGET}@${after(0)}`,
    installation,
    finding: {
      id,
      target: TARGET,
      component,
      severity,
      status: status[severity],
      since: after(0),
      observed_at: at,
      title: `Example: ${title}`,
      evidence: [evidenceOf(severity)],
      meaning,
      impact,
      remedy: [...remedy],
      source: [...source],
    },
    consequences: [
      {
        finding: `consumer-lagging@${TARGET}`,
        title: 'A consumer of events falls behind',
        severity: 'warning',
        phase: isOver ? 'closed' : 'open',
        since: after(1),
      },
    ],
    phase: isOver ? 'closed' : 'open',
    severity,
    peak: severity,
    told: severity,
    told_at: at,
    changes: Object.keys(TOLD_AFTER).indexOf(kind) + 1,
    first_observed_at: after(0),
    opened_at: after(1),
    escalated_at: kind === 'opened' ? null : after(9),
    recovering_since: isOver ? after(183) : null,
    closed_at: isOver ? at : null,
  };
  return {
    kind,
    number: incident.changes,
    at,
    incident,
    ...(kind === 'escalated' && { worse_than: 'warning' }),
    ...(!isOver && { doubts: { ties: [], unjudged: ['node-memory-pressure@kubernetes/prod'] } }),
  };
}
