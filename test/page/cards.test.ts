import { describe, expect, it } from 'vitest';
import { cardsOf, isWatched } from '../../lib/page/cards.ts';
import { snapshotOf } from '../api/fixtures.ts';

const titled = (title: string) => cardsOf(snapshotOf()).find((card) => card.title === title);

describe('the cards of the page', () => {
  it('name what others stand on first', () => {
    expect(
      cardsOf(snapshotOf())
        .filter(isWatched)
        .map((c) => c.title),
    ).toEqual(['PostgreSQL orion', 'Redis streams', 'Prefect server', 'Prefect Vitals']);
  });

  it('show the numbers that are known, and leave the others out', () => {
    expect(titled('Redis streams')?.facts).toEqual([
      ['Version', '7.0.15'],
      ['Memory', '2 MiB'],
      ['Clients', '9'],
      ['Hit ratio', '98.2 %'],
      ['CPU', '3.1 %'],
      ['PING', '0.3 ms'],
    ]);
    expect(titled('PostgreSQL orion')?.facts).toContainEqual(['Connections', '12 of 97 (12.4 %)']);
  });

  it('keep apart what nobody asked to have watched', () => {
    expect(
      cardsOf(snapshotOf())
        .filter((c) => !isWatched(c))
        .map((c) => [c.title, c.unknown?.reason]),
    ).toEqual([
      ['Docket', 'not-collected'],
      ['Events table', 'not-collected'],
      ['Background services', 'not-collected'],
      ['Kubernetes', 'not-configured'],
      ['Network', 'not-configured'],
      ['Logs', 'not-collected'],
    ]);
  });
});
