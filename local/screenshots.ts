import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import type { Page } from 'playwright-core';
import { Lock } from './incident/lock.ts';
import { Traffic, USUAL } from './incident/traffic.ts';
import { launchChromium } from './parts/chromium.ts';
import { AlreadyRunning, claim } from './parts/claim.ts';
import { onEnding } from './parts/ending.ts';
import { ROOT, stateFolder } from './parts/places.ts';
import { PartFailed } from './parts/process.ts';
import { NoPython, pythonEnvironment } from './parts/python.ts';
import { Stopping, Supervisor } from './parts/supervisor.ts';
import { until } from './parts/until.ts';
import { readSnapshot } from './remote.ts';
import { startWhole, type Whole } from './whole.ts';

const STATE = 'screenshots';
const FOLDER = join(ROOT, 'docs', 'images');
const INTERRUPTED = 130;

const ROUND_SECONDS = 5;
/** So many minutes are seen before and in the incident: lines need some points, and an incident its consequences. */
const QUIET_MINUTES = 4;
const CONSEQUENCES = 4;
const NAMED_WITHIN_SECONDS = 360;

interface Shot {
  readonly name: string;
  readonly colorScheme: 'light' | 'dark';
  readonly viewport: { readonly width: number; readonly height: number };
  /** The heading at the top of it; else the top of the page. */
  readonly from?: string;
}

const SHOTS: readonly Shot[] = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 960 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 960 }, from: 'Components' },
  { name: 'phone', colorScheme: 'light', viewport: { width: 390, height: 844 } },
];

new Command('npm run screenshots --')
  .description(
    'Photographs the real health page for the README: a real Prefect whose tables somebody locked, watched by the deployed app. It takes ten minutes.',
  )
  .exitOverride((error) => process.exit(error.exitCode))
  .parse();

const say = (text: string) => process.stderr.write(`${text}\n`);

/** Signed in, with the lines of the history drawn. */
async function signIn(page: Page, { deployed, token }: Whole): Promise<void> {
  await page.goto(deployed.pageUrl);
  await page.getByLabel('Access token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Root cause' }).waitFor();
  await page.getByRole('img').first().waitFor();
}

async function photograph(whole: Whole): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const browser = await launchChromium();
  try {
    for (const { name, colorScheme, viewport, from } of SHOTS) {
      const page = await browser.newPage({ colorScheme, viewport });
      await signIn(page, whole);
      if (from !== undefined) {
        await page.getByRole('heading', { name: from, exact: true }).evaluate((h) => h.scrollIntoView());
      }
      await page.screenshot({ path: join(FOLDER, `page-${name}.png`) });
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

/** Does something while the traffic goes on; what fails first ends both. */
async function whileWorked(traffic: Traffic, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  const over = new AbortController();
  const work = async () => {
    while (!signal.aborted && !over.signal.aborted) {
      await Promise.all([traffic.round(USUAL), pause(ROUND_SECONDS * 1000)]);
    }
  };
  await Promise.all([act().finally(() => over.abort()), work()]);
}

async function tellsConsequences({ deployed, token }: Whole): Promise<boolean> {
  const snapshot = await readSnapshot(deployed, token);
  return (snapshot?.root_cause?.consequences.length ?? 0) >= CONSEQUENCES;
}

async function main(supervisor: Supervisor): Promise<void> {
  const { signal } = supervisor;
  await claim(stateFolder(STATE));
  say('PostgreSQL, Valkey, Prefect, and the app deployed to an emulator …');
  const python = await pythonEnvironment(supervisor, () => {});
  const whole = await startWhole(supervisor, python, STATE);
  const traffic = new Traffic(whole.sample.prefect.apiUrl, signal);
  await traffic.prepare();
  await whileWorked(traffic, signal, async () => {
    say(`Traffic for ${QUIET_MINUTES} minutes …`);
    await pause(QUIET_MINUTES * 60_000, undefined, { signal });
    say('Tables locked, until the page tells what follows …');
    const lock = await Lock.take(whole.sample);
    try {
      await until('what follows from the lock', () => tellsConsequences(whole), {
        withinSeconds: NAMED_WITHIN_SECONDS,
        signal,
      });
      await photograph(whole);
    } finally {
      await lock.release();
    }
  });
  say(`${SHOTS.length} pictures are in ${FOLDER}.`);
}

const supervisor = new Supervisor(stateFolder(STATE, 'logs'));
onEnding(() => {
  process.exitCode = INTERRUPTED;
  void supervisor.stopAll();
});
try {
  await main(supervisor);
} catch (error) {
  const isExpected = [AlreadyRunning, NoPython, PartFailed].some((kind) => error instanceof kind);
  if (error instanceof Stopping || supervisor.signal.aborted) process.exitCode ??= INTERRUPTED;
  else {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    say(`${isExpected ? message : stack}`);
    process.exitCode = 1;
  }
} finally {
  await supervisor.stopAll();
}
