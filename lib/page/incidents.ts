import { html } from 'htm/preact';
import type { Incident } from '../model/incident.ts';
import { Ago } from './ago.ts';
import { SeverityMark } from './status-mark.ts';

const PHASE: Readonly<Record<Incident['phase'], string>> = {
  pending: 'not confirmed yet',
  open: 'open',
  recovering: 'recovering',
  closed: 'over',
};

interface Props {
  readonly incidents: readonly Incident[];
  readonly now: Date;
}

/** What people were, or are about to be, alerted of. */
export function Incidents({ incidents, now }: Props) {
  const present = incidents.filter((i) => i.phase !== 'closed');
  if (present.length === 0) return null;
  return html`
    <section aria-labelledby="incidents">
      <h2 id="incidents">Open incidents</h2>
      <ul class="rows">
        ${present.map(
          (i) => html`
            <li key=${i.id}>
              <${SeverityMark} severity=${i.severity} />
              <span class="title">${i.finding.title}</span>
              <span class="quiet">
                <code>${i.finding.target}</code>, ${PHASE[i.phase]}, for${' '}
                <${Ago} at=${i.opened_at ?? i.first_observed_at} now=${now} />${i.told === null ? ', nobody told yet' : ''}
              </span>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
