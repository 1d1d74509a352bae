import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { belowMinimumVersion } from '../../../lib/catalogue/findings/below-minimum-version.ts';
import { settingOffRecommended } from '../../../lib/catalogue/findings/setting-off-recommended.ts';
import { eventually, judge, look, textOf } from './look.ts';
import { openServer, PASSWORD, type Server } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await openServer({ settings: { shared_preload_libraries: 'auto_explain' } });
  await server.newDatabase('prefect');
});
afterAll(() => server?.stop());

const lookNow = () => look(server.target('prefect'), ['quarter-hour']);

describe('settings', () => {
  it('that differ from what is recommended are a hint, which the command shown takes away', async () => {
    const verdict = judge(settingOffRecommended, await lookNow());
    expect(verdict?.severity).toBe('info');
    const text = textOf(verdict);
    expect(text).toContain('autovacuum_analyze_scale_factor is 0.1, recommended is 0.02');
    expect(text).toContain('log_lock_waits is off, recommended is on');
    expect(text).toContain('auto_explain.log_min_duration is -1, recommended is 1000');
    const [remedy] = verdict?.remedy ?? [];
    for (const statement of (remedy?.command ?? '').split(';').filter((s) => s.trim() !== '')) {
      await server.admin.query(statement);
    }
    await eventually(async () => expect(judge(settingOffRecommended, await lookNow())).toBeNull());
  });

  it('are a warning when autovacuum is off', async () => {
    await server.admin.query('ALTER SYSTEM SET autovacuum = off');
    await server.admin.query('SELECT pg_reload_conf()');
    await eventually(async () =>
      expect(judge(settingOffRecommended, await lookNow())?.severity).toBe('warning'),
    );
    await server.admin.query('ALTER SYSTEM RESET autovacuum');
    await server.admin.query('SELECT pg_reload_conf()');
    await eventually(async () => expect(judge(settingOffRecommended, await lookNow())).toBeNull());
  });

  it('are known to an ordinary role, but for those only pg_monitor may see', async () => {
    await server.admin.query(`CREATE ROLE plain LOGIN PASSWORD '${PASSWORD}'`);
    const seen = await look(server.target('prefect', { user: 'plain' }), ['quarter-hour']);
    expect(seen.value('postgres.setting.autovacuum_analyze_scale_factor')).toBe(0.02);
    expect(seen.facts.settings).not.toHaveProperty('shared_preload_libraries');
    expect((await lookNow()).facts.settings).toMatchObject({ shared_preload_libraries: 'auto_explain' });
  });
});

describe('the version', () => {
  it('is read as a number, and recent enough', async () => {
    const seen = await lookNow();
    const { rows } = await server.admin.query('SHOW server_version_num');
    expect(seen.value('postgres.version_number')).toBe(Number(rows[0].server_version_num));
    expect(judge(belowMinimumVersion, seen)).toBeNull();
  });
});

describe('the limit of sessions', () => {
  it('is that of the server, those it reserves included', async () => {
    const seen = await lookNow();
    const { rows } = await server.admin.query('SHOW max_connections');
    expect(seen.value('postgres.setting.max_connections')).toBe(Number(rows[0].max_connections));
  });
});
