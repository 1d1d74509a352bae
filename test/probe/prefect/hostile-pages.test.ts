import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { PrefectTarget } from '../../../lib/config/targets.ts';
import { REPORT_BYTES_MAX } from '../../../lib/model/report.ts';
import { prefectApi } from '../../../lib/probe/prefect/api.ts';
import { readPages } from '../../../lib/probe/prefect/pages.ts';
import { said, visit } from '../../integration/probe/visit.ts';
import { recordingApi } from './recording-api.ts';

const target = (apiUrl: string): PrefectTarget => ({
  kind: 'prefect',
  id: 'prefect/server',
  name: 'server',
  apiUrl,
  auth: { scheme: 'none' },
  tls: {},
  readsWorkByApi: true,
});
interface Page {
  readonly limit: number;
  readonly offset: number;
}
const rowsFrom = (first: number, many: number) =>
  Array.from({ length: many }, (_, n) => ({ name: `pool ${first + n}` }));

/** Reads a list of ten a page and three pages at most from an API that answers as it likes. */
async function readingFrom(answer: (page: Page) => unknown) {
  const { apiUrl, asked } = await recordingApi(({ body }) => answer(body as Page));
  const listing = {
    path: '/work_pools/filter',
    row: v.object({ name: v.string() }),
    perPage: 10,
    pagesMax: 3,
  };
  const read = readPages(prefectApi(target(apiUrl), undefined), listing, new AbortController().signal);
  return { asked, read };
}

describe('a list of an API that does not play fair', () => {
  it('without an end is read as far as was meant beforehand, and said to be more', async () => {
    const { asked, read } = await readingFrom(({ limit, offset }) => rowsFrom(offset, limit));
    const { rows, partial } = await read;
    expect([asked.length, rows.length, partial]).toEqual([3, 30, 'more than 30']);
  });

  it('that gives the same page again and again is left at the second', async () => {
    const { asked, read } = await readingFrom(({ limit }) => rowsFrom(0, limit));
    const { rows, partial } = await read;
    expect([asked.length, rows.length, partial]).toEqual([2, 10, 'page 2: the page before comes again']);
  });

  it('that gives more rows than were asked for is refused, at once or from there on', async () => {
    const atOnce = await readingFrom(() => rowsFrom(0, 1_000));
    await expect(atOnce.read).rejects.toMatchObject({ reason: 'protocol' });
    expect(atOnce.asked).toHaveLength(1);
    const later = await readingFrom(({ limit, offset }) => rowsFrom(offset, offset === 0 ? limit : 1_000));
    const { rows, partial } = await later.read;
    expect([later.asked.length, rows.length, partial]).toEqual([
      2,
      10,
      'page 2: more rows come than were asked for',
    ]);
  });

  it('that is larger than an answer may be is refused unread', async () => {
    const { asked, read } = await readingFrom(() => [{ name: 'x'.repeat(1_000_000) }]);
    await expect(read).rejects.toMatchObject({ reason: 'protocol' });
    expect(asked).toHaveLength(1);
  });

  it('that says how many there are and where the next stand is no list, and nobody goes there', async () => {
    const elsewhere = await recordingApi(() => rowsFrom(0, 10));
    const { asked, read } = await readingFrom(() => ({
      results: rowsFrom(0, 10),
      count: 1e9,
      pages: 1e8,
      next_page: `${elsewhere.apiUrl}/work_pools/filter`,
    }));
    await expect(read).rejects.toBeInstanceOf(v.ValiError);
    expect(asked).toHaveLength(1);
    expect(elsewhere.asked).toEqual([]);
  });
});

describe('a whole round over lists without an end', () => {
  it('has an end: in requests, in what is kept of them, and without a word that all is well', async () => {
    const { apiUrl, asked } = await recordingApi(({ path, body }) => {
      const { limit = 0, offset = 0 } = (body ?? {}) as Partial<Page>;
      if (!path.endsWith('/filter')) return path.endsWith('/count') ? 1_000_000_000 : {};
      return Array.from({ length: limit }, (_, n) => ({
        name: `${offset + n} ${'\u202e'.repeat(50)}`,
        type: 'process',
        status: 'NOT_READY',
        is_paused: false,
        active: true,
        limit: 1,
        active_slots: 1,
        slot_decay_per_second: 0,
        last_heartbeat_time: new Date().toISOString(),
      }));
    });
    const report = await visit(target(apiUrl), 'quarter-hour');
    expect(asked.length).toBeLessThanOrEqual(70);
    expect(asked.filter((a) => a.route.endsWith('/work_pools/filter'))).toHaveLength(10);
    expect(Buffer.byteLength(JSON.stringify(report))).toBeLessThan(REPORT_BYTES_MAX);
    expect(said(report, 'prefect.work_pools', 'READY')).toBe('failed');
    expect(said(report, 'prefect.workers.stale_online')).toBe('failed');
    expect(said(report, 'prefect.concurrency_limits.exhausted')).toBe('failed');
    expect(JSON.stringify(report)).not.toContain('\u202e');
  });
});
