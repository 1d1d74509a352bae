import { describe, expect, it } from 'vitest';
import { ownPrefect } from './own-prefect.ts';
import { ago, ahead } from './prefect-database.ts';
import { commandsOf, evidenceOf, judge, readingOf } from './prefect-look.ts';

const prefect = ownPrefect({ emptied: true });

describe('schedule-horizon-empty', () => {
  const schedule = (deployment: string, text: string, row = {}) =>
    prefect.insert('deployment_schedule', {
      deployment_id: deployment,
      schedule: text,
      active: true,
      updated: ago('1 hour'),
      ...row,
    });
  const CRON = '{"cron": "0 6 * * *"}';
  const toCome = (deployment: string) =>
    prefect.runs(3, {
      state_type: 'SCHEDULED',
      state_name: 'Scheduled',
      auto_scheduled: true,
      deployment_id: deployment,
      next_scheduled_start_time: ahead('1 hour'),
    });

  it('holds while an active schedule has no run to come, and goes away once it has', async () => {
    const morning = await prefect.deployment('morning');
    const evening = await prefect.deployment('evening');
    for (const d of [morning, evening]) await schedule(d, CRON);
    await toCome(evening);
    const verdict = await judge('schedule-horizon-empty', prefect.target);
    expect(verdict).toMatchObject({ severity: 'warning', evidence: [{ value: 1, threshold: 1 }, {}] });
    expect(commandsOf(verdict)).toContain('prefect deployment schedule ls tides/morning');
    await toCome(morning);
    expect(await judge('schedule-horizon-empty', prefect.target)).toBeNull();
  });

  it('is critical once no schedule at all has a run to come', async () => {
    for (const name of ['a', 'b', 'c']) await schedule(await prefect.deployment(name), CRON);
    expect(await judge('schedule-horizon-empty', prefect.target)).toMatchObject({ severity: 'critical' });
  });

  it('does not hold for schedules that are off, have an end, or are new', async () => {
    await schedule(await prefect.deployment('off'), CRON, { active: false });
    await schedule(await prefect.deployment('paused', { paused: true }), CRON);
    await schedule(await prefect.deployment('ended'), '{"rrule": "FREQ=DAILY;UNTIL=20200101T000000Z"}');
    await schedule(await prefect.deployment('new'), CRON, { updated: ago('1 minute') });
    expect(await judge('schedule-horizon-empty', prefect.target)).toBeNull();
    await schedule(await prefect.deployment('endless'), '{"rrule": "FREQ=DAILY"}');
    expect(await judge('schedule-horizon-empty', prefect.target)).toMatchObject({
      evidence: [{ value: 1 }, {}],
    });
  });
});

describe('concurrency-limit-exhausted', () => {
  const limit = (name: string, taken: number, decay = 0) =>
    prefect.insert('concurrency_limit_v2', {
      name,
      active: true,
      limit: 2,
      active_slots: taken,
      denied_slots: 3,
      slot_decay_per_second: decay,
      avg_slot_occupancy_seconds: 2,
    });
  const running = (deployment: string) =>
    ({ state_type: 'RUNNING', state_name: 'Running', deployment_id: deployment }) as const;

  it('holds while a full limit of a deployment counts more slots than there are runs', async () => {
    const leaky = await prefect.deployment('leaky', {
      concurrency_limit_id: await limit('deployment:leaky', 2),
    });
    await prefect.runs(1, running(leaky));
    await prefect.runs(4, {
      state_type: 'SCHEDULED',
      state_name: 'AwaitingConcurrencySlot',
      deployment_id: leaky,
    });
    const verdict = await judge('concurrency-limit-exhausted', prefect.target);
    expect(verdict).toMatchObject({ severity: 'warning' });
    expect(evidenceOf(verdict)).toContain('tides/leaky: 2 of 2 slots taken by 1 runs');
    expect(evidenceOf(verdict)).toContain('4 runs wait for a slot');
    expect(commandsOf(verdict)).toContain(
      'prefect global-concurrency-limit update deployment:leaky --active-slots 1',
    );
    await prefect.client.query('UPDATE concurrency_limit_v2 SET active_slots = 1');
    expect(await judge('concurrency-limit-exhausted', prefect.target)).toBeNull();
  });

  it('does not hold for a full limit whose runs are there, nor for a rate', async () => {
    const honest = await prefect.deployment('honest', {
      concurrency_limit_id: await limit('deployment:honest', 2),
    });
    await prefect.runs(2, running(honest));
    await prefect.deployment('rated', { concurrency_limit_id: await limit('rate', 2, 0.5) });
    expect(await judge('concurrency-limit-exhausted', prefect.target)).toBeNull();
    const { target } = prefect;
    expect((await readingOf(target, 'postgres.concurrency_limits.exhausted'))?.value).toBe(1);
    expect((await readingOf(target, 'postgres.concurrency_limits.slots_taken'))?.value).toBe(4);
  });
});
