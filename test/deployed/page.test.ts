import { Client } from 'pg';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REFRESH_MILLISECONDS } from '../../lib/page/watch.ts';
import { launchChromium } from '../../local/parts/chromium.ts';
import { stateFolder } from '../../local/parts/places.ts';
import { withSession } from '../../local/parts/postgres.ts';
import { pythonEnvironment } from '../../local/parts/python.ts';
import { Supervisor } from '../../local/parts/supervisor.ts';
import { startWhole, type Whole } from '../../local/whole.ts';
import { barriersOn } from '../browser/axe.ts';

/** An installation and an emulator of this file's own, for the installation comes to a standstill here. */
const supervisor = new Supervisor(stateFolder('test', 'page', 'logs'));
const STATE = 'test/page';
const HOLDER = 'forgotten-import';
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const SEEN_WITHIN_MILLISECONDS = 60_000;

let whole: Whole;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Whatever the browser complains of, a refused script or a broken policy above all. */
let complaints: string[];

const headline = (text: string) => page.getByRole('heading', { level: 1, name: text });
const region = (name: string) => page.getByRole('region', { name });
const part = (name: string) => page.getByRole('list', { name: 'Parts' }).getByRole('button', { name });

/** Signed in, in a tab of its own, whose clock can be put forward to the page's next turn. */
async function open(hash = '', options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
  context = await browser.newContext({ viewport: DESKTOP, ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const isOffline = message.text().includes('ERR_INTERNET_DISCONNECTED');
    if (message.type() === 'error' && !isOffline) complaints.push(message.text());
  });
  await page.clock.install();
  await page.goto(`${whole.deployed.pageUrl}${hash}`);
  await page.getByLabel('Access token').fill(whole.token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await headline('local').waitFor();
}

/** Probes, assesses and lets the page take its turn, again and again until it shows it. */
const shown = (what: () => Promise<boolean>) =>
  expect
    .poll(
      async () => {
        await whole.round();
        const answered = page.waitForResponse((r) => r.url().includes('snapshot'));
        await page.clock.fastForward(REFRESH_MILLISECONDS);
        await answered;
        return what();
      },
      { timeout: SEEN_WITHIN_MILLISECONDS },
    )
    .toBe(true);

const post = (path: string, body: object) =>
  fetch(`${whole.sample.prefect.apiUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Prefect lets no statement wait for long: a client asks again, as Prefect's own clients do. */
async function makeRun(flowId: string): Promise<number> {
  const { ok, status } = await post('/flow_runs/', { flow_id: flowId });
  return ok ? status : makeRun(flowId);
}

/** Somebody's session that keeps others from writing flow runs, and a client of Prefect that has to wait for it. */
async function lockFlowRuns() {
  const { postgres, prefect } = whole.sample;
  const { host, port } = postgres;
  const { owner, name: database } = prefect.database;
  const flow = (await (await post('/flows/', { name: 'held' })).json()) as { readonly id: string };
  const session = new Client({ host, port, ...owner, database, application_name: HOLDER });
  const ended = new Promise<Error>((resolve) => session.on('error', resolve));
  await session.connect();
  await session.query('BEGIN');
  await session.query('LOCK TABLE flow_run IN SHARE ROW EXCLUSIVE MODE');
  return { ended, release: () => session.end(), held: makeRun(flow.id) };
}

beforeAll(async () => {
  const python = await pythonEnvironment(supervisor, () => {});
  // What a minutely report sees is an incident at once; everything else is as deployed.
  const findings = { 'postgres-lock-contention': { warning: 1, pendingSeconds: 0, recoverySeconds: 0 } };
  [whole, browser] = await Promise.all([startWhole(supervisor, python, STATE, findings), launchChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await supervisor.stopAll();
});
beforeEach(() => {
  complaints = [];
});
afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
});

const isTroubled = () =>
  region('local needs attention').getByText('Sessions wait for locks').first().isVisible();
const isHealthy = () => headline('local is healthy').isVisible();

describe('the page of a deployed stack', () => {
  it('follows an incident from health to health, without being loaded again', async () => {
    await open();
    await shown(isHealthy);
    expect(await part('PostgreSQL orion').textContent()).toContain('healthy');
    const row = region('Background services').getByRole('row').filter({ hasText: 'TaskRunRecorder' });
    expect(await row.textContent()).toMatch(/healthy.*ago/s);
    await page.evaluate(() => document.body.setAttribute('data-loaded', 'once'));

    const { ended, held } = await lockFlowRuns();
    await shown(isTroubled);
    const overview = region('local needs attention');
    expect(await overview.textContent()).toContain(HOLDER);
    expect(await part('PostgreSQL orion').textContent()).toContain('warning');
    const target = region('Targets').getByRole('listitem').filter({ hasText: 'postgres/orion' });
    expect(await target.first().textContent()).toContain('warning');
    expect(await region('Incidents').textContent()).toContain('people were last told');

    // The very command that the page gives ends it.
    await page.getByRole('button', { name: /^Copy: SELECT pg_terminate_backend\(\d+\);$/ }).click();
    await page.getByText('Copied').waitFor();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    const { postgres } = whole.sample;
    await withSession(postgres, postgres.admin, 'postgres', (session) => session.query(command));
    expect((await ended).message).toContain('terminating connection');
    expect(await held).toBe(201);
    await shown(isHealthy);
    expect(await part('PostgreSQL orion').textContent()).toContain('healthy');
    expect(await page.locator('body').getAttribute('data-loaded')).toBe('once');
  });

  it('is led by a link to what holds now, and says so when it does not', async () => {
    await open('#/findings/postgres-lock-contention');
    await shown(isHealthy);
    await page.getByText('The finding postgres-lock-contention does not hold now.').waitFor();

    const { release, held } = await lockFlowRuns();
    await shown(isTroubled);
    const summary = page.locator('summary:focus');
    await summary.waitFor();
    expect(await summary.textContent()).toContain('Sessions wait for locks');
    await page.locator('details:has(summary:focus)').getByRole('link', { name: 'its runbook' }).click();
    await headline('Sessions wait for locks').waitFor();
    await page.goBack();
    await headline('local').waitFor();

    await release();
    await held;
  });

  it('keeps what it knew while the network is gone, and goes on when it is back', async () => {
    await open();
    await shown(isHealthy);
    await context.setOffline(true);
    await page.clock.fastForward(REFRESH_MILLISECONDS);
    await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
    await page.getByText(/^Trying again in \d+ s/).waitFor();
    expect(await isHealthy()).toBe(true);

    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it.each([
    ['light on a desktop', 'light', DESKTOP],
    ['dark on a desktop', 'dark', DESKTOP],
    ['light on a phone', 'light', PHONE],
    ['dark on a phone', 'dark', PHONE],
  ] as const)('keeps nobody out, %s', async (_, colorScheme, viewport) => {
    await open('', { colorScheme, viewport, bypassCSP: true });
    const { release, held } = await lockFlowRuns();
    await shown(isTroubled);
    expect(await barriersOn(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
    await release();
    await held;
  });
});
