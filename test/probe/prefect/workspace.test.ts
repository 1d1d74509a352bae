import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { PrefectTarget } from '../../../lib/config/targets.ts';
import type { Tier } from '../../../lib/model/report.ts';
import { prefectApi } from '../../../lib/probe/prefect/api.ts';
import { readPages } from '../../../lib/probe/prefect/pages.ts';
import { said, visit } from '../../integration/probe/visit.ts';
import { recordingApi } from './recording-api.ts';

const ACCOUNT = '9b649228-0419-40e1-9e0d-44954b5c0ab6';
const WORKSPACE = '96bd3cf8-85c9-4545-9713-b4e3c3e03466';
const KEY = 'pnu_a-key-of-the-test';
const UNDER = `/api/accounts/${ACCOUNT}/workspaces/${WORKSPACE}`;

const target = (apiUrl: string): PrefectTarget => ({
  kind: 'prefect',
  id: 'prefect/server',
  name: 'server',
  apiUrl,
  account: ACCOUNT,
  workspace: WORKSPACE,
  auth: { scheme: 'bearer', credential: { from: 'environment', variable: 'TEST_PREFECT_KEY' } },
  tls: {},
  readsWorkByApi: true,
});

/** A workspace with 25 pools, ten a page, the last page of which fails when `broken`. */
function workspace({ broken = false } = {}) {
  const pools = Array.from({ length: 25 }, (_, n) => ({
    name: `pool ${n}`,
    type: 'process',
    status: 'READY',
    is_paused: false,
  }));
  return recordingApi(({ path, body }) => {
    if (path === `${UNDER}/work_pools/filter`) {
      const { limit, offset } = body as { limit: number; offset: number };
      return broken && offset >= 20 ? 503 : pools.slice(offset, offset + limit);
    }
    if (path === `${UNDER}/flow_runs/history`) {
      return [{ states: [{ state_type: 'RUNNING', count_runs: 4 }] }, { states: [] }];
    }
    if (path === '/api/ready') return 404;
    if (path.endsWith('/count')) return 7;
    if (path.endsWith('/filter')) return [];
    return {};
  });
}

const look = (apiUrl: string, tier: Tier) => {
  process.env.TEST_PREFECT_KEY = KEY;
  return visit(target(apiUrl), tier);
};

describe('a workspace of Customer-Managed Prefect', () => {
  it('is asked under its account and its own id, with the key, and for nothing of the server itself', async () => {
    const { apiUrl, asked } = await workspace();
    const report = await look(apiUrl, 'minute');
    expect(report.errors).toEqual([]);
    expect(said(report, 'prefect.flow_run.count', 'RUNNING')).toBe(4);
    expect(said(report, 'prefect.docket.in_memory')).toBe('missing');
    expect(said(report, 'prefect.ready')).toBe('missing');
    const [open, under] = [
      asked.filter((a) => a.authorization === undefined).map((a) => a.route),
      asked.filter((a) => a.authorization !== undefined),
    ];
    expect(open).toEqual(['GET /api/health', 'GET /api/ready']);
    expect(under.every((a) => a.authorization === `Bearer ${KEY}` && a.route.includes(UNDER))).toBe(true);
    expect(asked.filter((a) => a.route.includes('/admin'))).toEqual([]);
    expect(JSON.stringify(report)).not.toContain(KEY);
  });

  it('has its pools read page by page, and their names made one segment of a path', async () => {
    const { apiUrl, asked } = await workspace();
    const report = await look(apiUrl, 'quarter-hour');
    expect(report.errors).toEqual([]);
    expect(said(report, 'prefect.work_pools', 'READY')).toBe(25);
    expect(asked.map((a) => a.route)).toContain(`POST ${UNDER}/work_pools/pool%200/workers/filter`);
    expect(report.facts.work_read).toEqual({ partial: 'more than 20 pools' });
    expect(said(report, 'prefect.workers.stale_online')).toBe('failed');
    expect(said(report, 'prefect.work_pools.not_ready_in_use')).toBe(0);
  });

  it('is not said to be well when its pools could only be read in part', async () => {
    const { apiUrl } = await workspace({ broken: true });
    const report = await look(apiUrl, 'quarter-hour');
    for (const signal of ['work_pools', 'work_pools.not_ready_in_use', 'workers.stale_online']) {
      expect(said(report, `prefect.${signal}`)).toBe('failed');
    }
    expect(report.facts.work_read).toEqual({ partial: 'page 3: the API answers 503' });
  });

  it('says so when a page of them cannot be read', async () => {
    const { apiUrl } = await workspace({ broken: true });
    const api = prefectApi(target(apiUrl), `Bearer ${KEY}`);
    const row = v.object({ name: v.string() });
    const pages = { path: '/work_pools/filter', row, perPage: 10, pagesMax: 10 };
    const { rows, partial } = await readPages(api, pages, new AbortController().signal);
    expect(rows).toHaveLength(20);
    expect(partial).toBe('page 3: the API answers 503');
  });

  it('is told from one with more rows than may be read', async () => {
    const { apiUrl } = await workspace();
    const api = prefectApi(target(apiUrl), undefined);
    const row = v.object({ name: v.string() });
    const pages = { path: '/work_pools/filter', row, perPage: 10, pagesMax: 2 };
    const { rows, partial } = await readPages(api, pages, new AbortController().signal);
    expect([rows.length, partial]).toEqual([20, 'more than 20']);
  });
});

describe('a round', () => {
  const ask = { path: '/flow_runs/count', body: {}, abort: new AbortController().signal };

  it('sends ten requests and no more, unless it is allowed more', async () => {
    const { apiUrl, asked } = await workspace();
    const api = prefectApi(target(apiUrl), undefined);
    for (let n = 0; n < 10; n += 1) await api.json(ask);
    await expect(api.json(ask)).rejects.toMatchObject({ reason: 'saturated' });
    expect(asked).toHaveLength(10);
    api.allow(1);
    await expect(api.json(ask)).resolves.toBe(7);
  });

  it('sends nothing more after a 429', async () => {
    const { apiUrl, asked } = await recordingApi(() => 429);
    const api = prefectApi(target(apiUrl), undefined);
    await expect(api.json(ask)).rejects.toMatchObject({ reason: 'saturated' });
    await expect(api.json(ask)).rejects.toMatchObject({ reason: 'saturated' });
    expect([asked.length, api.refusals]).toEqual([1, 1]);
  });
});
