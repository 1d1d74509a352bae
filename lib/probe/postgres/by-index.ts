import type pg from 'pg';

/**
 * What a LIMIT saves, a scan of the table may spend: of a state that statistics call frequent the planner expects the
 * first rows anywhere, and reads a table of millions to find them at its end. A bitmap is made of all entries before the
 * first row is read. So neither is allowed, for this one statement.
 */
const NO_SCANS = 'SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off';

/**
 * Runs one statement that reads by index alone, and leaves the session as it was. Sent together, the settings and the
 * statement are one transaction.
 *
 * @param statement has no parameters, and an index for whatever it reads much of
 * @returns its rows, unchecked
 */
export async function byIndex(client: pg.Client, statement: string): Promise<readonly unknown[]> {
  const results: unknown = await client.query(`${NO_SCANS}; ${statement}`);
  const last: unknown = Array.isArray(results) ? results.at(-1) : undefined;
  return (last as pg.QueryResult).rows;
}
