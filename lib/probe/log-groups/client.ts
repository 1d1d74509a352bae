import { CloudWatchLogsClient, CloudWatchLogsServiceException } from '@aws-sdk/client-cloudwatch-logs';
import type { Classify } from '../failure.ts';

type Known = NonNullable<ReturnType<Classify>>;

/** Throttling is usual where others read logs too: it is waited out while there is time. */
const ATTEMPTS_MAX = 5;

/** How to reach CloudWatch Logs of a region, of one's own where none is named. */
export type ClientOf = (region: string | undefined) => CloudWatchLogsClient;

export const clientOf: ClientOf = (region) =>
  new CloudWatchLogsClient({ maxAttempts: ATTEMPTS_MAX, ...(region !== undefined && { region }) });

const NAMES: Readonly<Record<string, Known>> = {
  ResourceNotFoundException: ['missing', 'there is no such log group in this region'],
  AccessDeniedException: ['permission', 'logs:FilterLogEvents is not allowed on this log group'],
  ThrottlingException: ['saturated', 'CloudWatch Logs throttles this account'],
  ServiceUnavailableException: ['refused', 'CloudWatch Logs is not available'],
  UnrecognizedClientException: ['auth', 'CloudWatch Logs does not accept the credentials'],
  InvalidSignatureException: ['auth', 'CloudWatch Logs does not accept the credentials'],
  ExpiredTokenException: ['auth', 'the credentials have expired'],
  CredentialsProviderError: ['auth', 'there are no credentials of AWS here'],
  AbortError: ['timeout', 'CloudWatch Logs did not answer in time'],
  TimeoutError: ['timeout', 'CloudWatch Logs did not answer in time'],
};

/** What an error of the SDK means, by its name. Its text may name the account, and stays here. */
export const classifyCloudWatch: Classify = (error) =>
  NAMES[error.name] ??
  (error instanceof CloudWatchLogsServiceException
    ? ['failed', 'CloudWatch Logs refuses the request']
    : undefined);
