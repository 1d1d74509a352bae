import type { Evidence, Remedy } from '../model/finding.ts';
import type { ChangeKind, IncidentChange } from '../model/incident.ts';
import type { Severity } from '../model/severity.ts';
import { cleanText } from '../probe/clean.ts';

/** How much of each text, and how many of each kind, an alert carries. */
export interface Bounds {
  readonly items: number;
  readonly textCharacters: number;
  readonly commandCharacters: number;
}

/**
 * One thing that follows from the root cause; `finding` is its key, `id@target`. One that is not confirmed was seen, but
 * not yet for as long as it takes to be sure.
 */
export interface Effect {
  readonly finding: string;
  readonly title: string;
  readonly severity: Severity;
  readonly isOver: boolean;
  readonly isConfirmed: boolean;
}

/**
 * What people are told of an incident, before it takes the form of an e-mail or of a message in a chat: every text is
 * harmless (one line, no control characters) and bounded. Times are ISO 8601 in UTC; `until` is when it was over, or
 * when this was told.
 */
export interface Alert {
  readonly kind: ChangeKind;
  readonly number: number;
  readonly at: string;
  readonly incident: string;
  readonly installation: string;
  readonly severity: Severity;
  readonly peak: Severity;
  /** What people believed before an escalation. */
  readonly worseThan: Severity | null;
  readonly finding: string;
  readonly target: string;
  readonly component: string;
  readonly title: string;
  readonly since: string;
  readonly until: string;
  readonly evidence: readonly Evidence[];
  readonly effects: readonly Effect[];
  /** How many further effects there are no words for here. */
  readonly effectsLeftOut: number;
  readonly ties: readonly string[];
  readonly unjudged: readonly string[];
  readonly meaning: string;
  readonly impact: string;
  readonly remedy: readonly Remedy[];
  readonly links: { readonly page: string; readonly runbook: string };
}

const NAME_CHARACTERS_MAX = 200;
const TITLE_CHARACTERS_MAX = 200;
const INCIDENT_CHARACTERS_MAX = 400;

/** Never empty: SNS takes no attribute without a value, and chats no text without a character. */
const nameOf = (text: string, charactersMax = NAME_CHARACTERS_MAX): string =>
  cleanText(text, charactersMax) || '-';

/** A command may have several lines, and loses none of them. */
const commandOf = (text: string, charactersMax: number): string =>
  text
    .slice(0, charactersMax)
    .split('\n')
    .map((line) => cleanText(line, charactersMax))
    .join('\n');

/** @param pageUrl of the health page, with a slash at its end */
export function alertOf(change: IncidentChange, pageUrl: string, bounds: Bounds): Alert {
  const { kind, number, at, incident, worse_than, doubts } = change;
  const { finding, consequences } = incident;
  const textOf = (text: string) => cleanText(text, bounds.textCharacters);
  const some = <T>(things: readonly T[]) => things.slice(0, bounds.items);
  const id = encodeURIComponent(nameOf(finding.id));
  return {
    kind,
    number,
    at,
    incident: nameOf(incident.id, INCIDENT_CHARACTERS_MAX),
    installation: nameOf(incident.installation),
    severity: incident.severity,
    peak: incident.peak,
    worseThan: worse_than ?? null,
    finding: nameOf(finding.id),
    target: nameOf(finding.target),
    component: nameOf(finding.component),
    title: cleanText(finding.title, TITLE_CHARACTERS_MAX),
    since: incident.first_observed_at,
    until: kind === 'recovered' ? (incident.closed_at ?? at) : at,
    evidence: some(finding.evidence).map(({ text, signal, ...values }) => ({
      text: textOf(text),
      ...(signal !== undefined && { signal: nameOf(signal) }),
      ...values,
    })),
    effects: some(consequences).map((c) => ({
      finding: nameOf(c.finding),
      title: cleanText(c.title, TITLE_CHARACTERS_MAX),
      severity: c.severity,
      isOver: c.phase === 'closed',
      isConfirmed: c.phase !== 'pending',
    })),
    effectsLeftOut: Math.max(0, consequences.length - bounds.items),
    ties: some(doubts?.ties ?? []).map((key) => nameOf(key)),
    unjudged: some(doubts?.unjudged ?? []).map((key) => nameOf(key)),
    meaning: textOf(finding.meaning),
    impact: textOf(finding.impact),
    remedy: some(finding.remedy).map(({ text, command }) => ({
      text: textOf(text),
      ...(command !== undefined && { command: commandOf(command, bounds.commandCharacters) }),
    })),
    links: { page: `${pageUrl}#/findings/${id}`, runbook: `${pageUrl}runbooks/${id}` },
  };
}
