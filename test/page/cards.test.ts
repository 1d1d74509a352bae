import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { cardsOf, isWatched } from '../../lib/page/cards.ts';
import { OBSERVED_AT, snapshotOf } from '../api/fixtures.ts';

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

  it('show of a service what it counts of its own requests', () => {
    const prefect_services: Snapshot['prefect_services'] = [
      {
        name: 'auth',
        status: 'healthy',
        last_heartbeat: OBSERVED_AT,
        details: {
          requests_per_second: 12.3,
          errors_percent: 0.4,
          latency_p50_ms: null,
          latency_p95_ms: 250,
        },
        error: null,
      },
    ];
    const card = cardsOf(snapshotOf({ prefect_services })).find((c) => c.title === 'Service auth');
    expect(card?.facts).toEqual([
      ['Requests a second', '12.3'],
      ['Answered 5xx', '0.4 %'],
      ['95 % of them within', '250 ms'],
    ]);
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
      ['Network', 'not-collected'],
      ['Logs', 'not-collected'],
    ]);
  });
});
