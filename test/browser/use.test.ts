import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { bundlePage } from '../../lib/page/bundle.ts';
import type { PageFiles } from '../../lib/page/files.ts';
import { REFRESH_MILLISECONDS } from '../../lib/page/watch.ts';
import { momentOf } from '../../lib/store/history.ts';
import { launchChromium } from '../../local/parts/chromium.ts';
import { brokenSnapshot, snapshotOf } from '../api/fixtures.ts';
import { depsOf, serveApi, TOKEN } from '../api/gateway.ts';
import { barriersOn } from './axe.ts';

const UNPACKING_MILLISECONDS_MAX = 120_000;
const PAGE_BYTES_MAX = 60 * 1024;
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };

let browser: Browser;
let files: PageFiles;
let context: BrowserContext | undefined;
let page: Page;
let served: Awaited<ReturnType<typeof serveApi>> | undefined;
let stored: Snapshot;

const SERVICES: Snapshot['services'] = {
  perpetual: [
    {
      name: 'scheduler',
      status: 'healthy',
      last_heartbeat: new Date().toISOString(),
      last_duration_ms: 142,
      expected_interval_seconds: 60,
      details: { runs_per_minute: 1 },
      error: null,
    },
  ],
  consumer: [{ name: 'event-persister', status: 'error', last_heartbeat: null, details: { lag: 15 } }],
};
const recent = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  services: SERVICES,
  observed_at: new Date().toISOString(),
});
const headline = (text: string) => page.getByRole('heading', { level: 1, name: text });
const region = (name: string) => page.getByRole('region', { name });

/** The table's history: every minute of the last quarter of an hour as the fixture has it. */
const minutes = () =>
  Array.from({ length: 15 }, (_, i) => {
    const observed_at = new Date(Date.now() - (15 - i) * 60_000).toISOString();
    return momentOf(snapshotOf({ observed_at }));
  });

async function open(hash = '', options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
  served = await serveApi(
    depsOf({
      page: files,
      readSnapshot: async () => stored,
      readMoments: async () => minutes(),
      now: () => new Date(),
    }),
  );
  context = await browser.newContext({ viewport: DESKTOP, ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  page = await context.newPage();
  await page.clock.install();
  await page.goto(`${served.address}${hash}`);
  await page.getByLabel('Access token').fill(TOKEN);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await headline('production').waitFor();
}

beforeAll(async () => {
  [browser, files] = await Promise.all([launchChromium(), bundlePage()]);
}, UNPACKING_MILLISECONDS_MAX);
afterAll(() => browser.close());
beforeEach(() => {
  stored = recent(brokenSnapshot());
});
afterEach(async () => {
  await context?.close();
  await served?.close();
  context = undefined;
  served = undefined;
});

it('the page is small enough to come over a bad line', () => {
  const bytes = Object.values(files).reduce((sum, text) => sum + gzipSync(text).byteLength, 0);
  expect(bytes).toBeLessThanOrEqual(PAGE_BYTES_MAX);
});

describe('on the page', { timeout: 30_000 }, () => {
  it('a link leads to a finding, opened and in focus', async () => {
    await open('#/findings/prefect-not-ready');
    await region('Findings').getByText('Look at the database first.').waitFor();
    const focused = page.locator('summary:focus');
    await focused.waitFor();
    expect(await focused.textContent()).toContain('cannot reach its database');
  });

  it('the root cause says since when, and leads to what follows from it', async () => {
    const since = new Date(Date.now() - 12.5 * 60_000).toISOString();
    const findings = stored.findings.map((f) => ({ ...f, since }));
    stored = { ...stored, findings, root_cause: stored.root_cause && { ...stored.root_cause, since } };
    await open();
    const overview = region('production is in error');
    expect(await overview.textContent()).toMatch(/for 12 min/);
    expect(await region('Findings').getByText('Look at the database first.').isVisible()).toBe(false);
    await overview.getByRole('link', { name: 'The Prefect API runs but cannot reach its database' }).click();
    await region('Findings').getByText('Look at the database first.').waitFor();
  });

  it('a command is copied whole', async () => {
    await open();
    await page.getByRole('button', { name: 'Copy: pg_isready -h db -p 5432' }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('pg_isready -h db -p 5432');
  });

  it('every service has a row, and a filter leaves those that are wanted', async () => {
    await open();
    const services = region('Background services');
    const row = services.getByRole('row').filter({ hasText: 'scheduler' });
    expect(await row.textContent()).toMatch(/healthy.*ago.*142 ms.*1 min.*1 runs a minute/s);
    await page.getByLabel('Only what is not healthy').check();
    await row.waitFor({ state: 'detached' });
    expect(await services.getByRole('row').filter({ hasText: 'event-persister' }).count()).toBe(1);
    await page.getByRole('searchbox').fill('postgres');
    await services.getByRole('row').first().waitFor({ state: 'detached' });
    expect(await region('Components').getByRole('heading', { name: 'PostgreSQL orion' }).count()).toBe(1);
  });

  it('lines show how values went', async () => {
    stored = recent(snapshotOf());
    await open();
    const line = page.getByRole('img', { name: /^Health, last 14 min: 4.7 ms to 4.7 ms/ });
    await line.waitFor();
    expect(await region('production is healthy').textContent()).toMatch(/for at least \d+ min/);
  });

  it('a lost network is told, and forgotten when it is back', async () => {
    stored = recent(snapshotOf());
    await open();
    await context?.setOffline(true);
    await page.clock.fastForward(REFRESH_MILLISECONDS);
    await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
    expect(await headline('production is healthy').isVisible()).toBe(true);

    await context?.setOffline(false);
    stored = recent(brokenSnapshot());
    await page.clock.fastForward(REFRESH_MILLISECONDS);
    await headline('production is in error').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it.each([
    ['light on a desktop', 'light', DESKTOP],
    ['dark on a desktop', 'dark', DESKTOP],
    ['light on a phone', 'light', PHONE],
    ['dark on a phone', 'dark', PHONE],
  ] as const)('nobody is kept out, %s', async (_, colorScheme, viewport) => {
    await open('', { colorScheme, viewport, bypassCSP: true });
    await page.getByRole('img', { name: /^Health, last 14 min/ }).waitFor();
    expect(await barriersOn(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
  });
});
