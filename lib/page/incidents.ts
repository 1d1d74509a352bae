import { html } from 'htm/preact';
import { findingKey } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';
import { Ago } from './ago.ts';
import { useLinkToKey } from './route.ts';
import { SeverityMark } from './status-mark.ts';

const PHASE: Readonly<Record<Incident['phase'], string>> = {
  pending: 'not confirmed yet',
  open: 'open',
  recovering: 'recovering',
  closed: 'over',
};

/** Something that happened in an incident; `finding` is the key of what followed. */
export interface IncidentEvent {
  readonly at: string;
  readonly what: string;
  readonly finding?: string;
}

/** What happened in an incident, in the order it happened. */
export function eventsOf(i: Incident): readonly IncidentEvent[] {
  const own: readonly (readonly [string | null, string])[] = [
    [i.first_observed_at, 'first seen'],
    [i.opened_at, 'opened'],
    [i.escalated_at, `became ${i.peak}`],
    [i.told_at, 'people were last told'],
    [i.recovering_since, 'recovering'],
    [i.closed_at, 'over'],
  ];
  const followed = i.consequences.map(({ since, title, phase, finding }) => ({
    at: since,
    what: phase === 'open' ? title : `${title} (${PHASE[phase]})`,
    finding,
  }));
  return [...own.flatMap(([at, what]) => (at === null ? [] : [{ at, what }])), ...followed].toSorted(
    (a, b) => Date.parse(a.at) - Date.parse(b.at),
  );
}

interface ItemProps {
  readonly incident: Incident;
  readonly now: Date;
}

function IncidentItem({ incident: i, now }: ItemProps) {
  const linkTo = useLinkToKey();
  return html`
    <li>
      <${SeverityMark} severity=${i.severity} />
      <a class="title" href=${linkTo(findingKey(i.finding))}>${i.finding.title}</a>
      <span class="quiet">
        <code>${i.finding.target}</code>, ${PHASE[i.phase]}, for${' '}
        <${Ago} at=${i.opened_at ?? i.first_observed_at} now=${now} />${i.told === null ? ', nobody told yet' : ''}
      </span>
      <ol class="timeline">
        ${eventsOf(i).map(
          ({ at, what, finding }) => html`
            <li key=${finding ?? what}>
              <span class="quiet"><${Ago} at=${at} now=${now} /> ago</span>
              <span>${finding === undefined ? what : html`<a href=${linkTo(finding)}>${what}</a>`}</span>
            </li>
          `,
        )}
      </ol>
    </li>
  `;
}

interface Props {
  readonly incidents: readonly Incident[];
  readonly now: Date;
}

/** What people were, or are about to be, alerted of, and how each went so far; one that is over, at its end. */
export function Incidents({ incidents, now }: Props) {
  if (incidents.length === 0) return null;
  return html`
    <section aria-labelledby="incidents">
      <h2 id="incidents">Incidents</h2>
      <ul class="rows">
        ${incidents.map((i) => html`<${IncidentItem} key=${i.id} incident=${i} now=${now} />`)}
      </ul>
    </section>
  `;
}
