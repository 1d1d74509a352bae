import { describe, expect, it } from 'vitest';
import type { Tier } from '../../../lib/model/report.ts';
import { ownPrefect } from './own-prefect.ts';
import { ago } from './prefect-database.ts';
import { commandsOf, evidenceOf, judge, readingOf, reportOf } from './prefect-look.ts';

const prefect = ownPrefect();

const valueIn = async (signal: string, tier: Tier = 'minute') =>
  (await readingOf(prefect.target, signal, { tier }))?.value;

describe.each([
  ['stuck-pending', 'PENDING', '11 minutes', '9 minutes', 'prefect flow-run cancel '],
  ['stuck-cancelling', 'CANCELLING', '6 minutes', '5 minutes', 'set_state'],
] as const)('%s', (id, state, tooLong, notYet, command) => {
  const run = (since: string) => ({
    state_type: state,
    state_name: state,
    state_timestamp: ago(since),
  });

  it('does not hold before its time', async () => {
    await prefect.empty();
    await prefect.runs(3, run(notYet));
    expect(await judge(id, prefect.target)).toBeNull();
  });

  it('holds after it, and says where the runs are and which they are', async () => {
    const { queue } = await prefect.pool('tide; rm -rf /');
    const deployment = await prefect.deployment('ebb', { work_queue_id: queue });
    await prefect.runs(2, { ...run(tooLong), work_queue_id: queue, deployment_id: deployment });
    const verdict = await judge(id, prefect.target);
    expect(verdict).toMatchObject({
      severity: 'warning',
      evidence: [{ value: 2, threshold: 1 }, {}, {}, {}],
    });
    expect(evidenceOf(verdict)).toContain('work pools: tide; rm -rf / (2)');
    expect(evidenceOf(verdict)).toContain('deployments: tides/ebb (2)');
    const stuck = await prefect.client.query('SELECT id FROM flow_run WHERE deployment_id IS NOT NULL');
    for (const { id } of stuck.rows) {
      expect(commandsOf(verdict).some((c) => c.includes(id) && c.includes(command))).toBe(true);
    }
    for (const c of commandsOf(verdict)) expect(c.replaceAll(/'[^']*'/g, '')).not.toContain('rm -rf');
  });

  it('goes away once they move on', async () => {
    await prefect.client.query(
      "UPDATE flow_run SET state_type = 'CANCELLED', state_timestamp = now() WHERE deployment_id IS NOT NULL",
    );
    expect(await judge(id, prefect.target)).toBeNull();
  });
});

describe('runs that are RUNNING', () => {
  const beat = (run: string, since: string) =>
    prefect.events(1, {
      event: 'prefect.flow-run.heartbeat',
      resource_id: `prefect.flow-run.${run}`,
      occurred: ago(since),
    });

  it('are silent once their heartbeats ended, unless they never sent one', async () => {
    await prefect.empty();
    await prefect.runs(3, { state_type: 'RUNNING', state_name: 'Running', state_timestamp: ago('2 hours') });
    const [alive, dead] = (await prefect.client.query('SELECT id FROM flow_run')).rows.map((r) =>
      String(r.id),
    );
    for (const since of ['100 minutes', '97 minutes', '1 minute']) await beat(alive ?? '', since);
    for (const since of ['100 minutes', '97 minutes']) await beat(dead ?? '', since);
    expect(await valueIn('postgres.flow_runs.running_with_heartbeat', 'quarter-hour')).toBe(2);
    expect(await valueIn('postgres.flow_runs.running_silent', 'quarter-hour')).toBe(1);
    expect((await reportOf(prefect.target, 'quarter-hour')).facts.running_silent).toEqual([dead]);
    await beat(dead ?? '', '1 second');
    expect(await valueIn('postgres.flow_runs.running_silent', 'quarter-hour')).toBe(0);
  });
});
