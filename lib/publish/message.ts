import type { ChangeKind, IncidentChange } from '../model/incident.ts';

/** What SNS is given: a subject of at most 100 ASCII characters, the text, and attributes subscribers filter by. */
export interface Message {
  readonly subject: string;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const SUBJECT_CHARACTERS_MAX = 100;

const HEADLINES: Readonly<Record<ChangeKind, string>> = {
  opened: 'PROBLEM',
  escalated: 'WORSE',
  reminder: 'STILL',
  recovered: 'RECOVERED',
};

/** SNS refuses a subject that is not printable ASCII on one line. */
const subjectOf = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, '?').slice(0, SUBJECT_CHARACTERS_MAX);

function lastedFor(openedAt: string, closedAt: string): string {
  const minutes = Math.max(1, Math.round((Date.parse(closedAt) - Date.parse(openedAt)) / 60_000));
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}

function problemText({ incident }: IncidentChange, pageUrl: string): string {
  const { finding, consequences } = incident;
  return [
    `Since ${finding.since}: ${finding.title} (${finding.target}, ${incident.severity}).`,
    '',
    ...finding.evidence.map((e) => `- ${e.text}`),
    '',
    ...(consequences.length === 0
      ? []
      : ['What follows from it:', ...consequences.map((c) => `- ${c.title} (${c.finding})`), '']),
    `What it means: ${finding.meaning}`,
    `What it does to Prefect: ${finding.impact}`,
    '',
    'What to do:',
    ...finding.remedy.flatMap((r) => [
      `- ${r.text}`,
      ...(r.command === undefined ? [] : [`    ${r.command}`]),
    ]),
    '',
    `The present state: ${pageUrl}`,
  ].join('\n');
}

function recoveryText({ incident, at }: IncidentChange, pageUrl: string): string {
  const { finding, opened_at, closed_at } = incident;
  const end = closed_at ?? at;
  return [
    `Over since ${end}: ${finding.title} (${finding.target}).`,
    `It lasted ${lastedFor(opened_at ?? incident.first_observed_at, end)}; at its worst it was ${incident.peak}.`,
    '',
    `The present state: ${pageUrl}`,
  ].join('\n');
}

/** What people read when an incident opens, gets worse or is over. */
export function messageOf(change: IncidentChange, pageUrl: string): Message {
  const { incident, kind } = change;
  const { finding, installation } = incident;
  return {
    subject: subjectOf(`${HEADLINES[kind]} ${installation}: ${finding.title} (${finding.target})`),
    text: kind === 'recovered' ? recoveryText(change, pageUrl) : problemText(change, pageUrl),
    attributes: {
      installation,
      severity: incident.severity,
      component: finding.component,
      finding: finding.id,
      kind,
      incident: incident.id,
    },
  };
}
