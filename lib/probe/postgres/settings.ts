import type pg from 'pg';
import * as v from 'valibot';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';

/**
 * A setting the role may not see has no row here, nor has one of a library that is not loaded. `rds.` settings exist
 * where Amazon runs the server: there a parameter group and not ALTER SYSTEM changes them.
 */
const SETTINGS = `
  SELECT name, setting
  FROM pg_settings
  WHERE name = ANY ($1) OR name LIKE 'auto\\_explain.%'
  ORDER BY name`;

const SERVER = `
  SELECT current_setting('server_version_num')::int                      AS version_number,
         EXISTS (SELECT FROM pg_settings WHERE name LIKE 'rds.%')         AS rds,
         EXISTS (SELECT FROM pg_proc WHERE proname = 'aurora_version')    AS aurora`;

const READ = [
  'autovacuum',
  'autovacuum_analyze_scale_factor',
  'autovacuum_vacuum_scale_factor',
  'log_lock_waits',
  'max_connections',
  'shared_preload_libraries',
  'track_activities',
];

const Settings = v.array(v.object({ name: v.string(), setting: v.string() }));
const Server = v.object({ version_number: v.number(), rds: v.boolean(), aurora: v.boolean() });

const UNSEEN: Unknown = { reason: 'permission', detail: 'the role may not see this setting' };
const NOT_LOADED: Unknown = { reason: 'missing', detail: 'auto_explain is not loaded' };

/** The server's version and the settings that are recommended for Prefect. */
export const settings: Collector<pg.Client> = {
  name: 'settings',
  tier: 'quarter-hour',
  signals: [
    'postgres.version_number',
    'postgres.setting.autovacuum',
    'postgres.setting.autovacuum_analyze_scale_factor',
    'postgres.setting.autovacuum_vacuum_scale_factor',
    'postgres.setting.log_lock_waits',
    'postgres.setting.max_connections',
    'postgres.setting.auto_explain_log_min_duration_ms',
  ],
  cheap: "reads the server's own list of its settings",
  async collect(client) {
    const server = v.parse(Server, (await client.query(SERVER)).rows[0]);
    const rows = v.parse(Settings, (await client.query(SETTINGS, [READ])).rows);
    const set = new Map(rows.map((r) => [r.name, r.setting]));
    const number = (name: string, otherwise = UNSEEN): Sample['value'] => {
      const text = set.get(name);
      return text === undefined ? otherwise : Number(text);
    };
    const flag = (name: string): Sample['value'] => {
      const text = set.get(name);
      return text === undefined ? UNSEEN : Number(text === 'on');
    };
    const own = (name: string, value: Sample['value']): Sample => ({
      signal: `postgres.setting.${name}`,
      value,
    });
    return {
      samples: [
        { signal: 'postgres.version_number', value: server.version_number },
        own('autovacuum', flag('autovacuum')),
        own('autovacuum_analyze_scale_factor', number('autovacuum_analyze_scale_factor')),
        own('autovacuum_vacuum_scale_factor', number('autovacuum_vacuum_scale_factor')),
        own('log_lock_waits', flag('log_lock_waits')),
        own('max_connections', number('max_connections')),
        own('auto_explain_log_min_duration_ms', number('auto_explain.log_min_duration', NOT_LOADED)),
      ],
      facts: {
        settings: Object.fromEntries(set),
        platform: server.aurora ? 'aurora' : server.rds ? 'rds' : 'other',
      },
    };
  },
};
