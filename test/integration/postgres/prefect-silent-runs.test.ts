import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Snapshot } from '../../../lib/model/snapshot.ts';
import { findingIn } from '../watcher.ts';
import { ownPrefect } from './own-prefect.ts';
import { type PrefectServer, startPrefectServer } from './prefect-server.ts';
import { lookTogether } from './prefect-together.ts';

const FINDING = 'api-outage-unconfirmed-state';

const database = ownPrefect();
let prefect: PrefectServer;
let run: string;

interface Created {
  readonly id: string;
}

beforeAll(async () => {
  prefect = await startPrefectServer(database.url, { services: false });
  const { id: flow } = await prefect.post<Created>('/flows/', { name: 'currents' });
  ({ id: run } = await prefect.post<Created>('/flow_runs/', { flow_id: flow, state: { type: 'RUNNING' } }));
  await database.client.query(
    "UPDATE flow_run SET state_timestamp = state_timestamp - interval '2 hours' WHERE id = $1",
    [run],
  );
}, 180_000);
afterAll(() => prefect?.stop());

const look = () => lookTogether(database, prefect.apiUrl);

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** What the client of a run sends while it works; the server stores it a moment later. */
async function beat(occurred: string): Promise<void> {
  const id = randomUUID();
  const resource = { 'prefect.resource.id': `prefect.flow-run.${run}` };
  await prefect.post('/events', [{ id, occurred, event: 'prefect.flow-run.heartbeat', resource }]);
  await vi.waitFor(
    async () => {
      const { rowCount } = await database.client.query('SELECT FROM events WHERE id = $1', [id]);
      expect(rowCount).toBe(1);
    },
    { timeout: 60_000, interval: 200 },
  );
}

const evidenceIn = (snapshot: Snapshot) => findingIn(snapshot, FINDING)?.evidence.map((e) => e.text);

describe('a run that is RUNNING by what the database says', () => {
  it('is none that cannot report while it sends heartbeats, or never sent one', async () => {
    expect(findingIn(await look(), FINDING)).toBeUndefined();
    await beat(minutesAgo(60));
    await beat(minutesAgo(1));
    expect(findingIn(await look(), FINDING)).toBeUndefined();
    await database.client.query("DELETE FROM events WHERE occurred > now() - interval '30 minutes'");
  });

  it('is found once they stopped, and well again with the next', async () => {
    const silent = await look();
    expect(findingIn(silent, FINDING)?.severity).toBe('warning');
    expect(evidenceIn(silent)).toEqual(['1 flow runs are RUNNING', '1 of them stopped sending heartbeats']);
    const commands = findingIn(silent, FINDING)?.remedy.map((r) => r.command);
    expect(commands?.at(-1)).toBe(`prefect flow-run cancel ${run}`);
    await beat(minutesAgo(0));
    expect(findingIn(await look(), FINDING)).toBeUndefined();
  });

  it('cannot report while the API is down, and can once it is back', async () => {
    await prefect.stop();
    const down = await look();
    expect(findingIn(down, 'prefect-api-down')?.severity).toBe('critical');
    expect(evidenceIn(down)).toEqual(['GET /health does not answer 200', '1 flow runs are RUNNING']);

    prefect = await startPrefectServer(database.url, { services: false });
    expect(findingIn(await look(), FINDING)).toBeUndefined();
  }, 180_000);
});
