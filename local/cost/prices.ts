/**
 * List prices of us-east-1 in US dollars, without any free tier, each for one unit. `PRICED_ON` says when they were
 * gathered, from public write-ups of these pages and not from an account: who relies on one looks at its page.
 */
export const PRICED_ON = '2026-11-21';
export const PRICED_IN = 'us-east-1';

export interface Price {
  readonly dollars: number;
  /** What one unit is. */
  readonly per: string;
  readonly page: string;
}

const MILLION = 1_000_000;
const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const EVENTBRIDGE = 'https://aws.amazon.com/eventbridge/pricing/';
const SECRETS = 'https://aws.amazon.com/secrets-manager/pricing/';
const KMS = 'https://aws.amazon.com/kms/pricing/';

export const PRICES = {
  lambdaRequest: { dollars: 0.2 / MILLION, per: 'request', page: LAMBDA },
  /** ARM, the first tier. */
  lambdaGbSecond: { dollars: 0.0000133334, per: 'GB-s', page: LAMBDA },
  schedulerInvocation: { dollars: 1 / MILLION, per: 'invocation', page: EVENTBRIDGE },
  tableWrite: { dollars: 0.625 / MILLION, per: 'write unit', page: DYNAMODB },
  tableRead: { dollars: 0.125 / MILLION, per: 'read unit', page: DYNAMODB },
  /** Nothing: reading a stream by Lambda is free. */
  streamRead: { dollars: 0, per: 'read by Lambda', page: DYNAMODB },
  tableStorage: { dollars: 0.25, per: 'GB-month', page: DYNAMODB },
  metric: { dollars: 0.3, per: 'metric', page: CLOUDWATCH },
  metricRead: { dollars: 0.01 / 1000, per: 'metric asked for', page: CLOUDWATCH },
  metricPut: { dollars: 0.01 / 1000, per: 'PutMetricData', page: CLOUDWATCH },
  alarm: { dollars: 0.1, per: 'alarm', page: CLOUDWATCH },
  compositeAlarm: { dollars: 0.5, per: 'alarm', page: CLOUDWATCH },
  dashboard: { dollars: 3, per: 'dashboard', page: CLOUDWATCH },
  logs: { dollars: 0.5, per: 'GB', page: CLOUDWATCH },
  apiRequest: { dollars: 1 / MILLION, per: 'request', page: 'https://aws.amazon.com/api-gateway/pricing/' },
  email: { dollars: 2 / 100_000, per: 'e-mail', page: 'https://aws.amazon.com/sns/pricing/' },
  secret: { dollars: 0.4, per: 'secret', page: SECRETS },
  secretRead: { dollars: 0.05 / 10_000, per: 'read', page: SECRETS },
  key: { dollars: 1, per: 'key', page: KMS },
  keyUse: { dollars: 0.03 / 10_000, per: 'request', page: KMS },
  interfaceEndpointHour: {
    dollars: 0.01,
    per: 'hour and zone',
    page: 'https://aws.amazon.com/privatelink/pricing/',
  },
  natGatewayHour: { dollars: 0.045, per: 'hour', page: 'https://aws.amazon.com/vpc/pricing/' },
} as const satisfies Readonly<Record<string, Price>>;
export type PriceName = keyof typeof PRICES;
