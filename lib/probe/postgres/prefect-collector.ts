import type pg from 'pg';
import type { Collected, Collector } from '../collector.ts';
import { ProbeFailure } from '../failure.ts';
import { type Need, type PrefectSchema, prefectSchemaOf } from './prefect-schema.ts';

interface Parts extends Omit<Collector<pg.Client>, 'collect'> {
  /** All of it must be there, or nothing is read. */
  readonly needs: readonly Need[];
  collect(client: pg.Client, schema: PrefectSchema): Promise<Collected>;
}

/**
 * Makes a collector that reads Prefect's own tables. Where something it needs is missing, or locked by somebody, its
 * signals are unknown and nothing is asked: the database may be there for another role, Prefect another release, and
 * waiting for a lock takes time from the rest. What the role may not read is an error, for somebody has to grant it.
 */
export const prefectCollector = ({ needs, collect, ...parts }: Parts): Collector<pg.Client> => ({
  ...parts,
  async collect(client) {
    const schema = await prefectSchemaOf(client);
    const lack = schema.lack(...needs);
    if (lack === null) return collect(client, schema);
    if (lack.reason === 'permission') throw new ProbeFailure(lack.reason, lack.detail);
    return { samples: parts.signals.map((signal) => ({ signal, value: lack })) };
  },
});
