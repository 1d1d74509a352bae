import middy from '@middy/core';
import { ServiceTargetSchema } from '../lib/config/targets.ts';
import { serviceProbe } from '../lib/probe/service/connection.ts';
import { variable } from '../lib/run/environment.ts';
import { runProbe } from '../lib/run/probe.ts';
import { openTable } from '../lib/store/table.ts';

const table = openTable(variable('TABLE_NAME'));

export const handler = middy().handler((event: unknown) =>
  runProbe(serviceProbe, ServiceTargetSchema, event, table),
);
