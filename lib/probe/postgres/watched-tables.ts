import { GROWING_TABLES } from '../../catalogue/prefect-tables.ts';

const TABLES_WATCHED = 12;

/**
 * The tables worth a reading of their own, as `watched`: Prefect's growing ones wherever they are, then the largest,
 * since a database may hold others than we know. Takes the names of the former as its first parameter.
 */
export const WATCHED = `
  watched AS (
    SELECT c.oid, n.nspname AS schema, c.relname AS name, c.reltoastrelid, c.reloptions,
           c.reltuples::float8 AS reltuples, c.relpages::float8 AS relpages
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
      AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    ORDER BY (c.relname = ANY ($1)) DESC, c.relpages DESC, n.nspname, c.relname
    LIMIT ${TABLES_WATCHED})`;

export const WATCHED_PARAMETERS = [[...GROWING_TABLES]];

/**
 * Relations somebody holds, or waits to hold, for himself alone, as `locked`. Asking for their size would wait in the
 * same queue.
 */
export const LOCKED = `
  locked AS MATERIALIZED (
    SELECT relation
    FROM pg_locks
    WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`;

/** What a table is called in labels and texts: without its schema where that is the usual one. */
export const labelOf = ({ schema, name }: { readonly schema: string; readonly name: string }): string =>
  schema === 'public' ? name : `${schema}.${name}`;
