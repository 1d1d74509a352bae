import type { Redis } from 'ioredis';
import type { Unknown } from '../../model/unknown.ts';
import { info } from './info.ts';

const SECTION = 'cluster';

/** What a node answers when asked for a key that another node holds. It names that node, which stays here. */
const MOVED = /^MOVED /;

/** Not `missing`: nobody looked, and what is only elsewhere must not be told as gone. */
export const ON_ANOTHER_NODE: Unknown = {
  reason: 'not-collected',
  detail: 'another node of this Redis Cluster holds it',
};

/** Whether this server is a node of a Redis Cluster. Of a cluster, a probe sees the one node it is told. */
export const isClusterNode = async (redis: Redis): Promise<boolean> =>
  (await info(redis, SECTION)).get('cluster_enabled') === '1';

/** What docket's keys begin with: in a cluster the name is a hash tag, so that one node holds all of them. */
export const docketPrefix = (docket: string, inCluster: boolean): string =>
  inCluster ? `{${docket}}` : docket;

/** What came of looking, null when another node would have to be asked. @throws every other error */
export async function unlessMoved<T>(looking: Promise<T>): Promise<T | null> {
  try {
    return await looking;
  } catch (error) {
    if (error instanceof Error && MOVED.test(error.message)) return null;
    throw error;
  }
}
