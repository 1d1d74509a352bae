import type pg from 'pg';
import type { Collector } from '../collector.ts';
import { activity } from './activity.ts';
import { bloat } from './bloat.ts';
import { clients } from './clients.ts';
import { connections } from './connections.ts';
import { databaseStatistics } from './database-statistics.ts';
import { indexes } from './indexes.ts';
import { invalidIndexes } from './invalid-indexes.ts';
import { locks } from './locks.ts';
import { prefectTables } from './prefect-tables.ts';
import { replication } from './replication.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';
import { size } from './size.ts';
import { slowStatements } from './slow-statements.ts';
import { tables } from './tables.ts';
import { wraparound } from './wraparound.ts';

/** Everything read of a database, in the order it is asked: what an outage is first seen by comes first. */
export const POSTGRES_COLLECTORS: readonly Collector<pg.Client>[] = [
  session,
  connections,
  locks,
  activity,
  clients,
  databaseStatistics,
  replication,
  wraparound,
  invalidIndexes,
  tables,
  settings,
  slowStatements,
  size,
  indexes,
  bloat,
  ...prefectTables,
];
