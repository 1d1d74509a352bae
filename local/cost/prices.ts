/**
 * List prices of us-east-1 in US dollars, without any free tier, each for one unit. `PRICED_ON` says when they were
 * gathered; none comes from an account, and most from others' write-ups of AWS's pages: who relies on one looks at its page.
 */
export const PRICED_ON = '2026-11-21';
export const PRICED_IN = 'us-east-1';

export interface Price {
  readonly dollars: number;
  /** What one unit is. */
  readonly per: string;
  readonly page: string;
  /** Where it was read: on a copy of AWS's page itself, or in several write-ups that cite it. */
  readonly read: 'page' | 'write-ups';
}

const MILLION = 1_000_000;
const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const EVENTBRIDGE = 'https://aws.amazon.com/eventbridge/pricing/';
const SECRETS = 'https://aws.amazon.com/secrets-manager/pricing/';
const KMS = 'https://aws.amazon.com/kms/pricing/';

export const PRICES = {
  lambdaRequest: { dollars: 0.2 / MILLION, per: 'request', page: LAMBDA, read: 'page' },
  /** ARM, the first tier. */
  lambdaGbSecond: { dollars: 0.0000133334, per: 'GB-s', page: LAMBDA, read: 'page' },
  schedulerInvocation: { dollars: 1 / MILLION, per: 'invocation', page: EVENTBRIDGE, read: 'write-ups' },
  tableWrite: { dollars: 0.625 / MILLION, per: 'write unit', page: DYNAMODB, read: 'write-ups' },
  tableRead: { dollars: 0.125 / MILLION, per: 'read unit', page: DYNAMODB, read: 'write-ups' },
  /** Nothing: reading a stream by Lambda is free. */
  streamRead: { dollars: 0, per: 'read by Lambda', page: DYNAMODB, read: 'write-ups' },
  tableStorage: { dollars: 0.25, per: 'GB-month', page: DYNAMODB, read: 'write-ups' },
  metric: { dollars: 0.3, per: 'metric', page: CLOUDWATCH, read: 'page' },
  metricRead: { dollars: 0.01 / 1000, per: 'metric asked for', page: CLOUDWATCH, read: 'write-ups' },
  metricPut: { dollars: 0.01 / 1000, per: 'PutMetricData', page: CLOUDWATCH, read: 'write-ups' },
  alarm: { dollars: 0.1, per: 'alarm', page: CLOUDWATCH, read: 'page' },
  compositeAlarm: { dollars: 0.5, per: 'alarm', page: CLOUDWATCH, read: 'write-ups' },
  dashboard: { dollars: 3, per: 'dashboard', page: CLOUDWATCH, read: 'page' },
  /** What the bill is compared with; nothing here uses it. */
  canaryRun: { dollars: 0.0012, per: 'run', page: CLOUDWATCH, read: 'page' },
  logs: { dollars: 0.5, per: 'GB', page: CLOUDWATCH, read: 'page' },
  apiRequest: {
    dollars: 1 / MILLION,
    per: 'request',
    page: 'https://aws.amazon.com/api-gateway/pricing/',
    read: 'write-ups',
  },
  email: {
    dollars: 2 / 100_000,
    per: 'e-mail',
    page: 'https://aws.amazon.com/sns/pricing/',
    read: 'write-ups',
  },
  secret: { dollars: 0.4, per: 'secret', page: SECRETS, read: 'write-ups' },
  secretRead: { dollars: 0.05 / 10_000, per: 'read', page: SECRETS, read: 'write-ups' },
  key: { dollars: 1, per: 'key', page: KMS, read: 'write-ups' },
  keyUse: { dollars: 0.03 / 10_000, per: 'request', page: KMS, read: 'write-ups' },
  interfaceEndpointHour: {
    dollars: 0.01,
    per: 'hour and zone',
    page: 'https://aws.amazon.com/privatelink/pricing/',
    read: 'write-ups',
  },
  natGatewayHour: {
    dollars: 0.045,
    per: 'hour',
    page: 'https://aws.amazon.com/vpc/pricing/',
    read: 'write-ups',
  },
} as const satisfies Readonly<Record<string, Price>>;
export type PriceName = keyof typeof PRICES;
