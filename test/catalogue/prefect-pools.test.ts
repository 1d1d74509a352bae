import { describe, expect, it } from 'vitest';
import { poolsIn } from '../../lib/catalogue/prefect/pools.ts';

/** As Prefect has it by default: 15 connections a process. */
const DEFAULT = { size: 5, max_overflow: 10, timeout_seconds: 30 };

const client = (here: number, busy_here: number, but: object = {}) => ({
  application: '(unnamed)',
  user: 'prefect',
  client: '10.0.1.1',
  sessions: here,
  active: busy_here,
  idle_in_transaction: 0,
  here,
  busy_here,
  ...but,
});
const pools = (...clients: readonly object[]) => poolsIn({ clients: clients as never[] }, DEFAULT);
const used = (...clients: readonly object[]) => pools(...clients)?.map((p) => p.usedPercent);

describe('how far the pools of Prefect processes are used', () => {
  it('is how many of the connections they may open are busy', () => {
    expect(pools(client(10, 6))).toEqual([
      {
        application: '(unnamed)',
        user: 'prefect',
        client: '10.0.1.1',
        processes: 1,
        limit: 15,
        open: 10,
        busy: 6,
        usedPercent: 40,
      },
    ]);
  });

  it('is not how many a pool merely keeps open', () => {
    expect(used(client(5, 0))).toEqual([0]);
    expect(used(client(7, 0))).toEqual([0]);
  });

  it('is at the least how many are open beyond what a pool keeps', () => {
    expect(used(client(13, 0))).toEqual([40]);
  });

  it('is never more than all of it', () => {
    expect(used(client(17, 17))).toEqual([100]);
  });

  it('takes more sessions than one process can have for those of several', () => {
    expect(pools(client(18, 15))?.[0]).toMatchObject({ processes: 2, limit: 30, usedPercent: 50 });
  });

  it('tells the fullest first, by name and address', () => {
    const api = client(15, 15, { application: 'prefect-api' });
    const services = client(6, 1, { application: 'prefect-services' });
    const elsewhere = client(9, 9, { client: '10.0.1.2' });
    expect(pools(services, elsewhere, api)?.map((p) => `${p.application} ${p.client}`)).toEqual([
      'prefect-api 10.0.1.1',
      '(unnamed) 10.0.1.2',
      'prefect-services 10.0.1.1',
    ]);
  });

  it('is that of the role with most sessions, of this database, and not of the probe', () => {
    const others = client(12, 12, { user: 'grafana' });
    const far = { ...client(0, 0, { user: 'other' }), sessions: 40 };
    const probe = client(1, 1, { application: 'prefect-vitals' });
    expect(pools(client(14, 3), others, far, probe)).toHaveLength(1);
  });

  it('is not known where the sessions or the limits are not', () => {
    expect(poolsIn({}, DEFAULT)).toBeNull();
    expect(poolsIn({ clients: [client(5, 5)] }, { ...DEFAULT, size: null })).toBeNull();
    expect(poolsIn({ clients: [client(5, 5)] }, { ...DEFAULT, max_overflow: null })).toBeNull();
    expect(poolsIn({ clients: [client(5, 5)] }, { ...DEFAULT, max_overflow: -1 })).toBeNull();
  });

  it('is nothing where nobody is connected', () => {
    expect(pools()).toEqual([]);
  });
});
