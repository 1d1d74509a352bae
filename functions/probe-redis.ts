import middy from '@middy/core';
import { RedisTargetSchema } from '../lib/config/targets.ts';
import { redisProbe } from '../lib/probe/redis/connection.ts';
import { variable } from '../lib/run/environment.ts';
import { runProbe } from '../lib/run/probe.ts';
import { openTable } from '../lib/store/table.ts';

const table = openTable(variable('TABLE_NAME'));

export const handler = middy().handler((event: unknown) =>
  runProbe(redisProbe, RedisTargetSchema, event, table),
);
