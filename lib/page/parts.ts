import { html } from 'htm/preact';
import type { Snapshot } from '../model/snapshot.ts';
import { type Status, worstOf } from '../model/status.ts';
import { cardsOf, isWatched } from './cards.ts';
import { NamedMark } from './status-mark.ts';

interface Part {
  readonly name: string;
  readonly status: Status;
  /** Of the element that tells more. */
  readonly id: string;
}

const servicesOf = ({ services: { perpetual, consumer } }: Snapshot): readonly Part[] => {
  const statuses = [...perpetual, ...consumer].map((s) => s.status);
  return statuses.length === 0
    ? []
    : [{ name: 'Background services', status: worstOf(statuses), id: 'services' }];
};

const flowRunsOf = ({ flow_runs: { status, unknown } }: Snapshot): readonly Part[] =>
  isWatched({ unknown }) ? [{ name: 'Flow runs', status, id: 'flow-runs' }] : [];

/** Every part that is watched, with its status: in one line, what is well and what is not. */
export const partsOf = (snapshot: Snapshot): readonly Part[] => [
  ...cardsOf(snapshot)
    .filter(isWatched)
    .map(({ title, status, id }) => ({ name: title, status, id })),
  ...servicesOf(snapshot),
  ...flowRunsOf(snapshot),
];

/** The address stays as it is: it names what is shown, not where on it somebody is. */
function goTo(id: string): void {
  const place = document.getElementById(id);
  place?.scrollIntoView({ block: 'start' });
  place?.focus({ preventScroll: true });
}

export const Parts = ({ snapshot }: { readonly snapshot: Snapshot }) => html`
  <ul class="parts" aria-label="Parts">
    ${partsOf(snapshot).map(
      ({ name, status, id }) => html`
        <li key=${id}>
          <button type="button" onClick=${() => goTo(id)}><${NamedMark} status=${status} name=${name} /></button>
        </li>
      `,
    )}
  </ul>
`;
