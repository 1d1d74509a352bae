import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { bundlePage } from '../../lib/page/bundle.ts';
import type { PageFiles } from '../../lib/page/files.ts';
import { REFRESH_MILLISECONDS } from '../../lib/page/watch.ts';
import { launchChromium } from '../../local/parts/chromium.ts';
import { brokenSnapshot, POSTGRES_DOWN, snapshotOf } from '../api/fixtures.ts';
import { type Changes, depsOf, serveApi, TOKEN } from '../api/gateway.ts';

/** The browser is unpacked when it is first used, which takes a slow machine its time. */
const UNPACKING_MILLISECONDS_MAX = 120_000;

let browser: Browser;
let files: PageFiles;
let page: Page;
let served: Awaited<ReturnType<typeof serveApi>>;
/** What the table holds; null before the first assessment. */
let stored: Snapshot | null;
let token: string;
/** Whatever the browser complains of, a refused script or a broken policy above all. */
let complaints: string[];

const recent = (snapshot: Snapshot): Snapshot => ({ ...snapshot, observed_at: new Date().toISOString() });

async function open(changes: Changes = {}): Promise<void> {
  served = await serveApi(
    depsOf({
      page: files,
      token: async () => token,
      readSnapshot: async () => stored,
      now: () => new Date(),
      ...changes,
    }),
  );
  await page.goto(served.address);
}

async function signIn(given = TOKEN): Promise<void> {
  await page.getByLabel('Access token').fill(given);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const headline = (text: string) => page.getByRole('heading', { level: 1, name: text });

beforeAll(async () => {
  [browser, files] = await Promise.all([launchChromium(), bundlePage()]);
}, UNPACKING_MILLISECONDS_MAX);
afterAll(() => browser.close());

beforeEach(async () => {
  stored = recent(snapshotOf());
  token = TOKEN;
  complaints = [];
  page = await browser.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const expected = /the server responded with a status of (401|503)/;
    if (message.type() === 'error' && !expected.test(message.text())) complaints.push(message.text());
  });
});
afterEach(async () => {
  await page.close();
  await served.close();
  expect(complaints).toEqual([]);
});

describe('the page', { timeout: 30_000 }, () => {
  it('shows nothing before someone has signed in', async () => {
    await open();
    await page.getByLabel('Access token').waitFor();
    expect(await page.getByRole('main').textContent()).not.toContain('production');
  });

  it('sends a wrong token back to the form', async () => {
    await open();
    await signIn('wrong');
    await page.getByRole('alert').filter({ hasText: 'This token is not accepted.' }).waitFor();
    await signIn();
    await headline('production is healthy').waitFor();
  });

  it('shows the status, the root cause and every component to whoever signed in', async () => {
    stored = recent(brokenSnapshot());
    await open();
    await signIn();

    await headline('production is in error').waitFor();
    const overview = page.getByRole('region', { name: 'production is in error' });
    expect(await overview.textContent()).toContain('PostgreSQL does not answer');
    expect(await overview.textContent()).toContain('postgres/orion does not accept sessions');
    expect(await overview.getByText('pg_isready -h db -p 5432').isVisible()).toBe(true);

    const database = page
      .getByRole('region', { name: 'Components' })
      .getByRole('listitem')
      .filter({ hasText: 'PostgreSQL orion' });
    expect(await database.textContent()).toContain('error');
    expect(await database.textContent()).toContain('connection refused (nothing listens on db:5432)');
    expect(await page.getByRole('region', { name: 'Flow runs' }).textContent()).toMatch(/completed\s*120/);
    expect(await page.getByRole('region', { name: 'Incidents' }).textContent()).toContain('open, for');
    expect(await page.title()).toBe('production: error – Prefect Vitals');
  });

  it('opens a finding with the keyboard alone', async () => {
    stored = recent(brokenSnapshot());
    await open();
    await page.locator('input:focus').waitFor();
    await page.keyboard.type(TOKEN);
    await page.keyboard.press('Enter');
    const finding = page.getByRole('region', { name: 'Findings' });
    await finding.waitFor();
    expect(await finding.getByText('Look at the database first.').isVisible()).toBe(false);
    await finding.locator('summary').focus();
    await page.keyboard.press('Enter');
    await finding.getByText('Look at the database first.').waitFor();
    expect(await finding.textContent()).toContain('Most likely follows from postgres-down@postgres/orion.');
  });

  it('takes up a changed status without being loaded again', async () => {
    await page.clock.install();
    await open();
    await signIn();
    await headline('production is healthy').waitFor();

    await page.evaluate(() => document.body.setAttribute('data-loaded', 'once'));
    stored = recent(brokenSnapshot());
    await page.clock.fastForward(REFRESH_MILLISECONDS);
    await headline('production is in error').waitFor();
    expect(await page.locator('body').getAttribute('data-loaded')).toBe('once');
  });

  it('keeps what it shows while nothing has changed', async () => {
    await page.clock.install();
    await open();
    await signIn();
    await headline('production is healthy').waitFor();

    const unchanged = page.waitForResponse((response) => response.status() === 304);
    await page.clock.fastForward(REFRESH_MILLISECONDS);
    await unchanged;
    expect(await headline('production is healthy').isVisible()).toBe(true);
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('asks for the token again once it is no longer valid', async () => {
    await page.clock.install();
    await open();
    await signIn();
    await headline('production is healthy').waitFor();

    token = 'replaced';
    await page.clock.fastForward(REFRESH_MILLISECONDS);
    await page.getByLabel('Access token').waitFor();
    await page.reload();
    await page.getByLabel('Access token').waitFor();
  });

  it('keeps the token for the tab, and forgets it when asked', async () => {
    await open();
    await signIn();
    await headline('production is healthy').waitFor();
    await page.reload();
    await headline('production is healthy').waitFor();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Access token').waitFor();
    await page.reload();
    await page.getByLabel('Access token').waitFor();
  });

  it('says loudly that old data is old', async () => {
    stored = { ...snapshotOf(), observed_at: new Date(Date.now() - 630_000).toISOString() };
    await open();
    await signIn();
    await headline('production cannot be judged').waitFor();
    await page.getByRole('alert').filter({ hasText: 'Stale' }).waitFor();
    expect(await page.getByText('Data 10 min old').isVisible()).toBe(true);
  });

  it('says so when there is nothing to show yet, and tries again when told', async () => {
    stored = null;
    await open();
    await signIn();
    await page.getByRole('alert').filter({ hasText: 'the first assessment is still to come' }).waitFor();

    stored = recent(snapshotOf());
    await page.getByRole('button', { name: 'Try now' }).click();
    await headline('production is healthy').waitFor();
  });

  it('goes from one installation to another', async () => {
    await open({
      installations: ['production', 'staging'],
      readSnapshot: async (installation) => recent(snapshotOf({ installation })),
    });
    await signIn();
    await headline('production is healthy').waitFor();
    await page.getByLabel('Installation').selectOption('staging');
    await headline('staging is healthy').waitFor();
    expect(new URL(page.url()).hash).toBe('#/installations/staging');
    await page.goBack();
    await headline('production is healthy').waitFor();
  });

  it('shows hostile text as text', async () => {
    const hostile = '<img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>';
    const finding = {
      ...POSTGRES_DOWN,
      title: hostile,
      target: hostile,
      since: hostile,
      evidence: [{ text: hostile }],
      meaning: hostile,
      remedy: [{ text: hostile, command: hostile }],
    };
    stored = recent(
      snapshotOf({
        installation: hostile,
        status: 'error',
        findings: [finding],
        root_cause: {
          finding: finding.id,
          target: hostile,
          title: hostile,
          since: '2026-11-21T08:00:00.000Z',
          consequences: [hostile],
          ties: [hostile],
          unjudged: [hostile],
        },
        flow_runs: { status: 'healthy', source: null, by_state: { [hostile]: 1 } },
      }),
    );
    await open();
    await signIn();
    await headline(`${hostile} is in error`).waitFor();
    expect(await page.locator('pre code').textContent()).toBe(hostile);
    expect(await page.locator('#page img, #page script').count()).toBe(0);
    expect(await page.title()).toBe(`${hostile}: error – Prefect Vitals`);
  });

  it('fits a phone', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    stored = recent(brokenSnapshot());
    await open();
    await signIn();
    await headline('production is in error').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
});
