import middy from '@middy/core';
import { KubernetesTargetSchema } from '../lib/config/targets.ts';
import { endpointOnEks } from '../lib/probe/kubernetes/access/eks.ts';
import { kubernetesProbe } from '../lib/probe/kubernetes/connection.ts';
import { variable } from '../lib/run/environment.ts';
import { runProbe } from '../lib/run/probe.ts';
import { openTable } from '../lib/store/table.ts';

const table = openTable(variable('TABLE_NAME'));
const probe = kubernetesProbe(endpointOnEks);

export const handler = middy().handler((event: unknown) =>
  runProbe(probe, KubernetesTargetSchema, event, table),
);
