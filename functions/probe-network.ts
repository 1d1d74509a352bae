import middy from '@middy/core';
import { NetworkTargetSchema } from '../lib/config/targets.ts';
import { networkProbe } from '../lib/probe/network/connection.ts';
import { variable } from '../lib/run/environment.ts';
import { runProbe } from '../lib/run/probe.ts';
import { openTable } from '../lib/store/table.ts';

const table = openTable(variable('TABLE_NAME'));

export const handler = middy().handler((event: unknown) =>
  runProbe(networkProbe, NetworkTargetSchema, event, table),
);
