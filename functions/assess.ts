import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import middy from '@middy/core';
import { putMetrics } from '../lib/publish/metrics.ts';
import { type AssessEvent, runAssess } from '../lib/run/assess.ts';
import { configBeside } from '../lib/run/config.ts';
import { variable } from '../lib/run/environment.ts';
import { openTable } from '../lib/store/table.ts';
import { readVended } from '../lib/vended/read.ts';
import { VERSION } from '../lib/version.ts';

const cloudwatch = new CloudWatchClient();
const deps = {
  table: openTable(variable('TABLE_NAME')),
  config: configBeside(new URL(import.meta.url)),
  version: VERSION,
  vended: readVended.bind(null, cloudwatch),
  publish: putMetrics.bind(null, cloudwatch),
  now: () => new Date(),
};

export const handler = middy<AssessEvent, void>().handler((event) => runAssess(event, deps));
