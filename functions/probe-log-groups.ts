import middy from '@middy/core';
import { AnyLogGroupSchema, lookAtLogGroup } from '../lib/probe/log-groups/look.ts';
import { variable } from '../lib/run/environment.ts';
import { runLooks } from '../lib/run/probe.ts';
import { openTable } from '../lib/store/table.ts';

const table = openTable(variable('TABLE_NAME'));

export const handler = middy().handler((event: unknown) =>
  runLooks((target, visit) => lookAtLogGroup(target, visit), AnyLogGroupSchema, event, table),
);
