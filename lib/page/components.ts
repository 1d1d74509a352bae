import { html } from 'htm/preact';
import type { Snapshot } from '../model/snapshot.ts';
import { type Card, cardsOf, isWatched } from './cards.ts';
import { EVENTS } from './charts.ts';
import { Line, Lines } from './course.ts';
import { type Filter, isWanted } from './filter.ts';
import { StatusMark } from './status-mark.ts';
import { whyUnknown } from './unknown.ts';
import type { Course } from './use-history.ts';

const Component = ({ card, course }: { readonly card: Card; readonly course: Course }) => html`
  <li id=${card.id} class=${`card ${card.status}`} tabindex="-1">
    <h3>${card.title}</h3>
    <${StatusMark} status=${card.status} />
    ${card.unknown && html`<p class="reason">${whyUnknown(card.unknown)}</p>`}
    <dl>
      ${card.facts.map(([label, value]) => html`<div class="fact"><dt>${label}</dt><dd>${value}</dd></div>`)}
    </dl>
    ${card.target !== undefined && html`<${Lines} target=${card.target} course=${course} />`}
    ${card.id === 'part-events-table' && html`<${Line} chart=${EVENTS} course=${course} />`}
  </li>
`;

/** What was not looked at, each with its reason, in one quiet line: it is no alarm. */
const Unwatched = ({ cards }: { readonly cards: readonly Card[] }) => html`
  <ul class="unwatched quiet">
    ${cards.map(({ title, unknown }) => html`<li>${title}: ${unknown && whyUnknown(unknown)}</li>`)}
  </ul>
`;

interface Props {
  readonly snapshot: Snapshot;
  readonly filter: Filter;
  readonly course: Course;
}

export function Components({ snapshot, filter, course }: Props) {
  const cards = cardsOf(snapshot).filter((c) => isWanted(filter, [c.title, c.target ?? ''], c.status));
  const unwatched = cards.filter((card) => !isWatched(card));
  return html`
    <section aria-labelledby="components">
      <h2 id="components">Components</h2>
      ${course !== null && 'missing' in course && html`<p class="reason">No history is drawn: ${course.missing}</p>`}
      <ul class="cards">
        ${cards.filter(isWatched).map((card) => html`<${Component} key=${card.id} card=${card} course=${course} />`)}
      </ul>
      ${unwatched.length > 0 && html`<h3>Not watched</h3><${Unwatched} cards=${unwatched} />`}
    </section>
  `;
}
