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
    ).toEqual(['PostgreSQL orion', 'Redis streams (work, streams)', 'Prefect server', 'Prefect Vitals']);
  });

  it('show the numbers that are known, and leave the others out', () => {
    expect(titled('Redis streams (work, streams)')?.facts).toEqual([
      ['Version', '7.0.15'],
      ['Memory', '2 MiB'],
      ['Clients', '9'],
      ['Hit ratio', '98.2 %'],
      ['CPU', '3.1 %'],
      ['PING', '0.3 ms'],
    ]);
    expect(titled('PostgreSQL orion')?.facts).toContainEqual(['Connections', '12 of 97 (12.4 %)']);
  });

  it('tell how busy the pools of Prefect are, even where more are than they keep open', () => {
    const [orion] = snapshotOf().databases;
    if (orion === undefined) throw new Error('the example has no database');
    const pooled = { ...orion, pool_size: 15, pool_checked_out: 16, pool_overflow: 4 };
    const card = cardsOf(snapshotOf({ databases: [pooled] })).find((c) => c.target === 'postgres/orion');
    expect(card?.facts).toContainEqual(['Prefect’s pools', '16 busy, 15 kept open']);
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

  it('tell of each entrance what a client meets there', () => {
    const entrance = {
      name: 'api',
      target: 'network/api',
      serves: 'api' as const,
      status: 'warning' as const,
      dns_latency_ms: 1,
      dns_addresses: 2,
      connect_ms: 3,
      latency_ms: 21,
      http_status: 200,
      leads_where_it_should: true,
      certificate_trusted: true,
      certificate_expires_in_days: 9.5,
    };
    const cards = cardsOf(snapshotOf({ network: { status: 'warning', entrances: [entrance] } }));
    expect(cards.find((card) => card.title === 'Entrance api')).toEqual({
      id: 'part-network/api',
      title: 'Entrance api',
      target: 'network/api',
      status: 'warning',
      unknown: undefined,
      facts: [
        ['Answered in', '21 ms'],
        ['Connected in', '3 ms'],
        ['Leads where it should', 'yes'],
        ['Certificate trusted', 'yes'],
        ['Certificate expires', 'in 9 d 12 h'],
      ],
    });
    expect(cards.some((card) => card.title === 'Network')).toBe(false);
  });

  it('show what PostgreSQL logs of its slowness, and the statement that took most time', () => {
    const log = {
      name: 'orion',
      target: 'postgres-log/orion',
      status: 'healthy' as const,
      from: null,
      to: null,
      records: 40,
      truncated: false,
      slow_statements: 3,
      slowest_ms: 1500,
      lock_waits: 0,
      longest_lock_wait_ms: null,
      worst: [{ statement: 'SELECT ?', count: 3, total_ms: 2100 }],
    };
    const cards = cardsOf(snapshotOf({ postgres_log: { status: 'healthy', logs: [log] } }));
    expect(cards.find((card) => card.target === 'postgres-log/orion')?.facts).toEqual([
      ['Slow statements in a minute', '3'],
      ['Slowest', '1.5 s'],
      ['Waits for locks', '0'],
      ['Slowest together', 'SELECT ?'],
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
      ['Kubernetes', 'not-configured'],
      ['Network', 'not-configured'],
      ['Logs', 'not-collected'],
    ]);
  });
});
