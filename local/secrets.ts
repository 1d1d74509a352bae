import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Credential, PostgresCredential, RedisCredential } from '../lib/config/credentials.ts';
import type { HttpAuth } from '../lib/config/http-auth.ts';
import type { Config } from '../lib/config/schema.ts';
import type { Cloud } from './parts/ministack.ts';
import { clientOptions } from './remote.ts';

/** Keeps a secret in the emulator and returns the reference a configuration takes. */
export async function keepSecret(cloud: Cloud, name: string, text: string): Promise<Credential> {
  const client = new SecretsManagerClient(clientOptions(cloud));
  const { ARN } = await client.send(new CreateSecretCommand({ Name: name, SecretString: text }));
  if (ARN === undefined) throw new Error(`the emulator gave the secret ${name} no ARN`);
  return { from: 'secret', arn: ARN };
}

/** Thrown when a credential of the user's configuration cannot be had on this machine. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
}

/**
 * The user's configuration with every credential from the environment kept in the emulator instead: a deployed
 * function has another environment.
 *
 * @throws CredentialError when a variable is not set, or a credential is a secret of an account, which the emulator
 *   has not
 */
export async function withKeptSecrets(cloud: Cloud, config: Config): Promise<Config> {
  let count = 0;
  const keep = async (credential: PostgresCredential | RedisCredential): Promise<Credential> => {
    if (credential.from === 'rds-iam' || credential.from === 'elasticache-iam') {
      throw new CredentialError(
        `${credential.from} needs an AWS account, which the emulator is not: on this machine name an environment variable instead, { from: 'environment', variable: '…' }`,
      );
    }
    if (credential.from === 'secret') {
      throw new CredentialError(
        `${credential.arn} is out of reach of the emulator: on this machine name an environment variable instead, { from: 'environment', variable: '…' }`,
      );
    }
    const text = process.env[credential.variable];
    if (text === undefined)
      throw new CredentialError(`the environment variable ${credential.variable} is not set`);
    return keepSecret(cloud, `local-${++count}`, text);
  };
  const withPassword = async <
    T extends { readonly password?: PostgresCredential | RedisCredential | undefined },
  >(
    target: T,
  ): Promise<T> =>
    target.password === undefined ? target : { ...target, password: await keep(target.password) };
  const withAuth = async <T extends { readonly auth: HttpAuth }>(target: T): Promise<T> =>
    target.auth.scheme === 'none'
      ? target
      : { ...target, auth: { ...target.auth, credential: await keep(target.auth.credential) } };
  const installations = await Promise.all(
    config.installations.map(async (installation) => ({
      ...installation,
      postgres: await Promise.all(installation.postgres.map(withPassword)),
      redis: await Promise.all(installation.redis.map(withPassword)),
      prefect: await Promise.all(installation.prefect.map(withAuth)),
      services: await Promise.all(
        installation.services.map(async (target) => ('via' in target ? target : withAuth(target))),
      ),
    })),
  );
  const { slack, ...alerts } = config.alerts;
  if (slack === undefined || !('webhook' in slack)) return { ...config, installations };
  return { ...config, installations, alerts: { ...alerts, slack: { webhook: await keep(slack.webhook) } } };
}
