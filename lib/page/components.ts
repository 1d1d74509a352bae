import { html } from 'htm/preact';
import type { Snapshot } from '../model/snapshot.ts';
import { type Card, cardsOf, isWatched } from './cards.ts';
import { StatusMark } from './status-mark.ts';
import { whyUnknown } from './unknown.ts';

const Component = ({ card }: { readonly card: Card }) => html`
  <li class=${`card ${card.status}`}>
    <h3>${card.title}</h3>
    <${StatusMark} status=${card.status} />
    ${card.unknown && html`<p class="reason">${whyUnknown(card.unknown)}</p>`}
    <dl>
      ${card.facts.map(([label, value]) => html`<div class="fact"><dt>${label}</dt><dd>${value}</dd></div>`)}
    </dl>
  </li>
`;

/** What was not looked at, each with its reason, in one quiet line: it is no alarm. */
const Unwatched = ({ cards }: { readonly cards: readonly Card[] }) => html`
  <ul class="unwatched quiet">
    ${cards.map(({ title, unknown }) => html`<li>${title}: ${unknown && whyUnknown(unknown)}</li>`)}
  </ul>
`;

export function Components({ snapshot }: { readonly snapshot: Snapshot }) {
  const cards = cardsOf(snapshot);
  const unwatched = cards.filter((card) => !isWatched(card));
  return html`
    <section aria-labelledby="components">
      <h2 id="components">Components</h2>
      <ul class="cards">
        ${cards.filter(isWatched).map((card) => html`<${Component} key=${card.title} card=${card} />`)}
      </ul>
      ${unwatched.length > 0 && html`<h3>Not watched</h3><${Unwatched} cards=${unwatched} />`}
    </section>
  `;
}
