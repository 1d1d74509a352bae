import type pg from 'pg';
import * as v from 'valibot';
import { GROWING_TABLES, ORCHESTRATION_TABLES } from '../../catalogue/prefect-tables.ts';
import type { Unknown } from '../../model/unknown.ts';
import { LOCKED } from './watched-tables.ts';

/** The tables the role is granted; a database in another role, or of another release, lacks some. */
const TABLES = [...GROWING_TABLES, ...ORCHESTRATION_TABLES] as const;
export type PrefectTable = (typeof TABLES)[number];

/**
 * Reads catalogues only, so it is answered even while somebody holds the tables themselves locked, and then says so: to
 * wait for each would take the time of everything else. A column that is an expression reads '' in an index; a partial
 * index counts by its columns, as Prefect has no other on the same ones.
 */
const DISCOVER = `
  WITH ${LOCKED}
  SELECT c.relname::text AS name,
         pg_table_is_visible(c.oid) AS visible,
         has_any_column_privilege(c.oid, 'SELECT') AS readable,
         EXISTS (SELECT FROM locked l WHERE l.relation = c.oid) AS locked,
         ARRAY(SELECT a.attname::text FROM pg_attribute a
               WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
         coalesce((SELECT json_agg(ARRAY(
                            SELECT coalesce(a.attname::text, '')
                            FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position)
                            LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum AND k.attnum > 0
                            WHERE k.position <= i.indnkeyatts
                            ORDER BY k.position))
                   FROM pg_index i
                   JOIN pg_class ic ON ic.oid = i.indexrelid
                   JOIN pg_am am ON am.oid = ic.relam AND am.amname = 'btree'
                   WHERE i.indrelid = c.oid AND i.indisvalid), '[]') AS indexes
  FROM pg_class c
  WHERE c.relname = ANY ($1) AND c.relkind IN ('r', 'p')`;

const Discovered = v.array(
  v.object({
    name: v.picklist(TABLES),
    visible: v.boolean(),
    readable: v.boolean(),
    locked: v.boolean(),
    columns: v.array(v.string()),
    indexes: v.array(v.array(v.string())),
  }),
);
type Discovered = v.InferOutput<typeof Discovered>;

/** What a statement reads: a table, its columns, and the leading columns of every index it must be served by. */
export interface Need {
  readonly table: PrefectTable;
  readonly columns: readonly string[];
  readonly indexes?: readonly (readonly string[])[];
}

/** What of Prefect's tables stands in a database, for this role and on its search path. */
export class PrefectSchema {
  readonly #tables: Discovered;

  constructor(tables: Discovered) {
    this.#tables = tables;
  }

  /** The first thing that stands in the way of reading all this; null when nothing does. */
  lack(...needs: readonly Need[]): Unknown | null {
    for (const need of needs) {
      const lack = this.#lackOf(need);
      if (lack !== null) return lack;
    }
    return null;
  }

  #lackOf({ table, columns, indexes = [] }: Need): Unknown | null {
    const found = this.#tables.filter((t) => t.name === table);
    const read = found.find((t) => t.visible);
    if (read === undefined) {
      const detail =
        found.length === 0
          ? `this database has no table ${table}`
          : `the table ${table} is not on the search path of the role`;
      return { reason: 'missing', detail };
    }
    if (!read.readable) return { reason: 'permission', detail: `the role may not read the table ${table}` };
    if (read.locked) return { reason: 'timeout', detail: `somebody holds the table ${table} locked` };
    const column = columns.find((c) => !read.columns.includes(c));
    if (column !== undefined) return { reason: 'missing', detail: `${table} has no column ${column}` };
    const index = indexes.find((wanted) => !read.indexes.some((has) => wanted.every((c, i) => has[i] === c)));
    if (index === undefined) return null;
    return { reason: 'missing', detail: `${table} has no usable index on ${index.join(', ')}` };
  }
}

async function discover(client: pg.Client): Promise<PrefectSchema> {
  return new PrefectSchema(v.parse(Discovered, (await client.query(DISCOVER, [TABLES])).rows));
}

const schemas = new WeakMap<pg.Client, Promise<PrefectSchema>>();

/** What of Prefect's tables this connection can read, asked for once a connection. */
export function prefectSchemaOf(client: pg.Client): Promise<PrefectSchema> {
  const known = schemas.get(client);
  if (known !== undefined) return known;
  const asked = discover(client);
  schemas.set(client, asked);
  return asked;
}
