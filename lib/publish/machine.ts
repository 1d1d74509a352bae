import type { Alert } from './alert.ts';

/** The form of the JSON that programs get; a change that could break a reader raises it. */
const FORM = 1;

/** The alert for programs: queues, functions and web hooks subscribed to the topic. Names as in the snapshot. */
export const machineOf = (alert: Alert): string =>
  JSON.stringify({
    version: FORM,
    source: 'prefect-vitals',
    kind: alert.kind,
    number: alert.number,
    at: alert.at,
    incident: alert.incident,
    installation: alert.installation,
    severity: alert.severity,
    peak: alert.peak,
    worse_than: alert.worseThan,
    since: alert.since,
    until: alert.kind === 'recovered' ? alert.until : null,
    root_cause: {
      finding: alert.finding,
      target: alert.target,
      component: alert.component,
      title: alert.title,
      evidence: alert.evidence,
      meaning: alert.meaning,
      impact: alert.impact,
      remedy: alert.remedy,
      ties: alert.ties,
      unjudged: alert.unjudged,
    },
    consequences: alert.effects.map(({ finding, title, severity, isOver, isConfirmed }) => ({
      finding,
      title,
      severity,
      over: isOver,
      confirmed: isConfirmed,
    })),
    consequences_left_out: alert.effectsLeftOut,
    links: alert.links,
  });
