import { html } from 'htm/preact';
import type { Incident } from '../model/incident.ts';
import { Ago } from './ago.ts';
import { linkTo, linkToKey } from './route.ts';
import { SeverityMark } from './status-mark.ts';

const PHASE: Readonly<Record<Incident['phase'], string>> = {
  pending: 'not confirmed yet',
  open: 'open',
  recovering: 'recovering',
  closed: 'over',
};

/** What happened in an incident, in the order it happened. */
function eventsOf(i: Incident): readonly (readonly [at: string, what: string])[] {
  const own: readonly (readonly [string | null, string])[] = [
    [i.first_observed_at, 'first seen'],
    [i.opened_at, 'opened'],
    [i.escalated_at, `became ${i.peak}`],
    [i.told_at, 'people were last told'],
    [i.recovering_since, 'recovering'],
    [i.closed_at, 'over'],
  ];
  return own
    .flatMap(([at, what]) => (at === null ? [] : [[at, what] as const]))
    .toSorted(([a], [b]) => Date.parse(a) - Date.parse(b));
}

const IncidentItem = ({ incident: i, now }: { readonly incident: Incident; readonly now: Date }) => html`
  <li>
    <${SeverityMark} severity=${i.severity} />
    <a class="title" href=${linkTo(i.finding)}>${i.finding.title}</a>
    <span class="quiet">
      <code>${i.finding.target}</code>, ${PHASE[i.phase]}, for${' '}
      <${Ago} at=${i.opened_at ?? i.first_observed_at} now=${now} />${i.told === null ? ', nobody told yet' : ''}
    </span>
    <ol class="timeline quiet">
      ${eventsOf(i).map(([at, what]) => html`<li key=${what}>${what} <${Ago} at=${at} now=${now} /> ago</li>`)}
      ${i.consequences.map(
        (c) => html`
          <li key=${c.finding}>
            <a href=${linkToKey(c.finding)}>${c.title}</a> followed <${Ago} at=${c.since} now=${now} /> ago (${PHASE[c.phase]})
          </li>
        `,
      )}
    </ol>
  </li>
`;

interface Props {
  readonly incidents: readonly Incident[];
  readonly now: Date;
}

/** What people were, or are about to be, alerted of, and how each went so far. */
export function Incidents({ incidents, now }: Props) {
  const present = incidents.filter((i) => i.phase !== 'closed');
  if (present.length === 0) return null;
  return html`
    <section aria-labelledby="incidents">
      <h2 id="incidents">Open incidents</h2>
      <ul class="rows">
        ${present.map((i) => html`<${IncidentItem} key=${i.id} incident=${i} now=${now} />`)}
      </ul>
    </section>
  `;
}
