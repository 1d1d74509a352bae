import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import type { Credential, RedisCredential } from '../config/credentials.ts';
import { ProbeFailure } from './failure.ts';

/** A rotated secret is picked up at most this late; a warm function reads it some twelve times an hour. */
const CACHED_MS = 5 * 60 * 1000;
const cache = new Map<string, { readonly text: Promise<string>; readonly until: number }>();

let client: SecretsManagerClient | undefined;

function readSecret(arn: string, now: number): Promise<string> {
  const cached = cache.get(arn);
  if (cached !== undefined && now < cached.until) return cached.text;
  client ??= new SecretsManagerClient();
  const text = client.send(new GetSecretValueCommand({ SecretId: arn })).then(
    ({ SecretString }) => {
      if (SecretString === undefined) throw new ProbeFailure('auth', 'the secret holds no text');
      return SecretString;
    },
    (cause) => {
      throw new ProbeFailure('auth', 'the secret could not be read', { cause });
    },
  );
  cache.set(arn, { text, until: now + CACHED_MS });
  text.catch(() => cache.delete(arn));
  return text;
}

function fieldOf(text: string, key: string): string {
  try {
    return v.parse(v.object({ [key]: v.string() }), JSON.parse(text))[key] as string;
  } catch {
    // No cause: the parser's message would quote the secret.
    throw new ProbeFailure('auth', `the secret has no text under its key ${JSON.stringify(key)}`);
  }
}

/**
 * The text a credential refers to.
 *
 * @throws ProbeFailure `auth` when it cannot be had; the message names the reference, never the text.
 */
export async function textOf(credential: Credential): Promise<string> {
  if (credential.from === 'environment') {
    const text = process.env[credential.variable];
    if (text === undefined) {
      throw new ProbeFailure('auth', `the environment variable ${credential.variable} is not set`);
    }
    return text;
  }
  const text = await readSecret(credential.arn, Date.now());
  return credential.key === undefined ? text : fieldOf(text, credential.key);
}

/** After a password was refused it may have been rotated: the next reading of it asks again. */
export function forget(credential: Credential | RedisCredential | undefined): void {
  if (credential?.from === 'secret') cache.delete(credential.arn);
}
