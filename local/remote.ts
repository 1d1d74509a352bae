import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { type Snapshot, SnapshotSchema } from '../lib/model/snapshot.ts';
import type { Deployed } from './deploy.ts';
import type { Cloud } from './parts/ministack.ts';
import type { Scheduled } from './schedules.ts';

/** Thrown when a function that was invoked failed, with what it said. */
export class InvocationError extends Error {
  override readonly name = 'InvocationError';
}

/** How an AWS client is told to talk to the emulator. */
export const clientOptions = ({ endpoint, environment }: Cloud) => ({
  endpoint,
  region: environment.AWS_REGION ?? '',
  credentials: {
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
  },
});

/** Invokes a function as its schedule would, and waits for its end. @throws InvocationError */
export async function invoke(cloud: Cloud, { functionName, input }: Scheduled): Promise<void> {
  const client = new LambdaClient(clientOptions(cloud));
  const { FunctionError, Payload } = await client.send(
    new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(input) }),
  );
  if (FunctionError === undefined) return;
  throw new InvocationError(`${functionName} failed: ${Payload?.transformToString().slice(0, 2000)}`);
}

export async function readToken(cloud: Cloud, { tokenSecret }: Deployed): Promise<string> {
  const client = new SecretsManagerClient(clientOptions(cloud));
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: tokenSecret }));
  return v.parse(v.pipe(v.string(), v.nonEmpty()), SecretString);
}

/** The snapshot over HTTP, as anybody with the token gets it; null before the first assessment. */
export async function readSnapshot({ pageUrl }: Deployed, token: string): Promise<Snapshot | null> {
  const response = await fetch(new URL('snapshot?detailed=true', pageUrl), {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status === 503) return null;
  if (!response.ok) throw new Error(`GET snapshot answers ${response.status}`);
  return v.parse(SnapshotSchema, await response.json());
}
