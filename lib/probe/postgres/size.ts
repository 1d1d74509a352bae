import type pg from 'pg';
import * as v from 'valibot';
import type { Collector } from '../collector.ts';

const SIZE = 'SELECT pg_database_size(current_database())::float8 AS bytes';

const Size = v.object({ bytes: v.number() });

/** How large the database is on disk, temporary and write-ahead files left out. */
export const size: Collector<pg.Client> = {
  name: 'size',
  tier: 'quarter-hour',
  signals: ['postgres.database.bytes'],
  cheap: 'the server looks at every file of the database (2 ms for a thousand): too many for every minute',
  async collect(client) {
    const { bytes } = v.parse(Size, (await client.query(SIZE)).rows[0]);
    return { samples: [{ signal: 'postgres.database.bytes', value: bytes }] };
  },
};
