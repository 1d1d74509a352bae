import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingIn } from '../watcher.ts';
import { ownPrefect } from './own-prefect.ts';
import { ago } from './prefect-database.ts';
import { type PrefectServer, startPrefectServer } from './prefect-server.ts';
import { lookTogether } from './prefect-together.ts';

const database = ownPrefect();
let prefect: PrefectServer;
beforeAll(async () => {
  const settings = {
    PREFECT_EVENTS_RETENTION_PERIOD: '2d',
    PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED: '[]',
  };
  prefect = await startPrefectServer(database.url, { services: false, settings });
}, 180_000);
afterAll(() => prefect?.stop());

const stopped = async () =>
  findingIn(await lookTogether(database, prefect.apiUrl), 'events-retention-stopped');

describe('events of a Prefect that is told to keep them for two days', () => {
  it('are found kept too long two clean-ups after that, by the retention in force, until they are deleted', async () => {
    await database.events(3);
    await database.events(1, { occurred: ago('2 days 1 hour') });
    expect(await stopped()).toBeUndefined();
    await database.events(1, { occurred: ago('2 days 3 hours') });
    const finding = await stopped();
    expect(finding?.severity).toBe('warning');
    expect(finding?.evidence[0]).toMatchObject({
      text: 'the oldest event is 2.1 d old; the retention in force is 2 d',
      threshold: 50 * 3600,
    });
    await database.client.query("DELETE FROM events WHERE occurred < now() - interval '2 days'");
    expect(await stopped()).toBeUndefined();
  });
});
