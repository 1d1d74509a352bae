import type { Redis } from 'ioredis';
import type { Unknown } from '../../model/unknown.ts';
import { ProbeFailure } from '../failure.ts';

const REPLY_CHARACTERS_MAX = 64 * 1024;

/** One section of INFO, field by field, as the server wrote it. */
export type Info = ReadonlyMap<string, string>;

/** The sections collectors read; each is one command with a bounded reply. */
export type Section =
  | 'server'
  | 'clients'
  | 'memory'
  | 'stats'
  | 'cpu'
  | 'persistence'
  | 'replication'
  | 'cluster';

/** Sections that list only what there is: no line means none. */
export type Listing = 'keyspace' | 'commandstats' | 'errorstats';

export function parseInfo(reply: string): Info {
  const fields = new Map<string, string>();
  for (const line of reply.slice(0, REPLY_CHARACTERS_MAX).split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

export const info = async (redis: Redis, section: Section): Promise<Info> =>
  parseInfo(await redis.info(section));

/** @throws ProbeFailure `missing` when this server has no such section: of nothing listed, nothing could be told. */
export async function listing(redis: Redis, section: Listing): Promise<Info> {
  const reply = await redis.info(section);
  if (!reply.startsWith('#')) throw new ProbeFailure('missing', `INFO has no section ${section}`);
  return parseInfo(reply);
}

/** @throws ProbeFailure `missing` when this server has no such field, `invalid` when it holds no number. */
export function numberIn(fields: Info, field: string): number {
  const text = fields.get(field);
  if (text === undefined) throw new ProbeFailure('missing', `INFO has no field ${field}`);
  const number = text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(number)) throw new ProbeFailure('invalid', `INFO has no number in its field ${field}`);
  return number;
}

/** For fields that not every version has. @throws ProbeFailure `invalid` when it holds no number. */
export const numberOrMissing = (fields: Info, field: string): number | Unknown =>
  fields.has(field) ? numberIn(fields, field) : { reason: 'missing', detail: `INFO has no field ${field}` };

/** The parts of a value such as `keys=3,expires=0`. */
export const partsOf = (value: string): Info =>
  new Map(
    value.split(',').flatMap((part) => {
      const equals = part.indexOf('=');
      return equals > 0 ? [[part.slice(0, equals), part.slice(equals + 1)] as const] : [];
    }),
  );
