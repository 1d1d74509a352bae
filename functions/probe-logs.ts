import middy from '@middy/core';
import { LogsTargetSchema } from '../lib/config/targets.ts';
import { endpointOnEks } from '../lib/probe/kubernetes/access/eks.ts';
import { logsProbe } from '../lib/probe/logs/connection.ts';
import { variable } from '../lib/run/environment.ts';
import { runProbe } from '../lib/run/probe.ts';
import { openTable } from '../lib/store/table.ts';

const table = openTable(variable('TABLE_NAME'));
const probe = logsProbe(endpointOnEks);

export const handler = middy().handler((event: unknown) => runProbe(probe, LogsTargetSchema, event, table));
