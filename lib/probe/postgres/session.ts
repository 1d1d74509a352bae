import { performance } from 'node:perf_hooks';
import type pg from 'pg';
import * as v from 'valibot';
import type { PostgresTarget } from '../../config/targets.ts';
import type { Collector } from '../collector.ts';

const SELECT_ONE = 'SELECT 1';
const VERSION = "SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS standby";

const Version = v.object({ version: v.string(), standby: v.boolean() });

/** What a session feels: the round trip of the smallest statement, and what it talks to. */
export const session: Collector<pg.Client, PostgresTarget> = {
  name: 'session',
  tier: 'minute',
  signals: ['postgres.select_ms'],
  cheap: 'neither statement touches a table',
  async collect(client, _abort, { minimum }) {
    const before = performance.now();
    await client.query(SELECT_ONE);
    const elapsedMs = performance.now() - before;
    const { version, standby } = v.parse(Version, (await client.query(VERSION)).rows[0]);
    return {
      samples: [{ signal: 'postgres.select_ms', value: elapsedMs }],
      facts: { version, standby, ...(minimum !== undefined && { minimum }) },
    };
  },
};
