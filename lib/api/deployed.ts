import { readFileSync } from 'node:fs';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseConfig } from '../config/define.ts';
import { PAGE_FILES } from '../page/files.ts';
import { readSnapshot } from '../store/snapshot.ts';
import { openTable } from '../store/table.ts';
import type { ApiDeps } from './router.ts';
import { tokenFromSecret } from './token.ts';

/** Thrown when the function is started without a variable that the stack gives it. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

function variable(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) throw new EnvironmentError(`the environment variable ${name} is not set`);
  return value;
}

/**
 * The API's real parts: `config.json` and the `page` folder beside the bundle, the table and the token's secret.
 *
 * @throws EnvironmentError, ConfigError, or the file system's error when the bundle is not whole.
 */
export function deployedDeps(bundle: URL, env: NodeJS.ProcessEnv): ApiDeps {
  const text = (path: string) => readFileSync(new URL(path, bundle), 'utf8');
  const table = openTable(variable(env, 'TABLE_NAME'));
  return {
    readSnapshot: (installation) => readSnapshot(table, installation),
    token: tokenFromSecret(new SecretsManagerClient(), variable(env, 'TOKEN_SECRET_ARN')),
    installations: parseConfig(JSON.parse(text('config.json'))).installations.map((i) => i.name),
    page: {
      html: text(PAGE_FILES.html),
      script: text(PAGE_FILES.script),
      style: text(PAGE_FILES.style),
    },
    now: () => new Date(),
  };
}
