import middy from '@middy/core';
import { ServiceTargetSchema } from '../lib/config/targets.ts';
import { endpointOnEks } from '../lib/probe/kubernetes/access/eks.ts';
import { serviceProbeThrough } from '../lib/probe/service/connection.ts';
import { scrapeThroughClusters } from '../lib/probe/service/through-cluster.ts';
import { variable } from '../lib/run/environment.ts';
import { runProbe } from '../lib/run/probe.ts';
import { openTable } from '../lib/store/table.ts';

const table = openTable(variable('TABLE_NAME'));
const probe = serviceProbeThrough(scrapeThroughClusters(endpointOnEks));

export const handler = middy().handler((event: unknown) =>
  runProbe(probe, ServiceTargetSchema, event, table),
);
