import { readFileSync } from 'node:fs';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { PAGE_FILES } from '../page/files.ts';
import { configBeside } from '../run/config.ts';
import { variable } from '../run/environment.ts';
import { readMoments } from '../store/moments.ts';
import { openSnapshots } from '../store/snapshot.ts';
import { openTable } from '../store/table.ts';
import { type Access, GATEWAY_ACCESS } from './authorise.ts';
import type { ApiDeps } from './router.ts';
import { tokenFromSecret } from './token.ts';

/** By API Gateway where the stack says so, else by the token of the stack's secret. */
function deployedAccess(): Access {
  const by = v.safeParse(v.picklist(GATEWAY_ACCESS), process.env.ACCESS);
  if (by.success) return { by: by.output };
  return { by: 'token', token: tokenFromSecret(new SecretsManagerClient(), variable('TOKEN_SECRET_ARN')) };
}

/**
 * The API's real parts: `config.json` and the `page` folder beside the bundle, the table and the token's secret.
 *
 * @throws EnvironmentError, ConfigError, or the file system's error when the bundle is not whole.
 */
export function deployedDeps(bundle: URL): ApiDeps {
  const text = (path: string) => readFileSync(new URL(path, bundle), 'utf8');
  const table = openTable(variable('TABLE_NAME'));
  return {
    readSnapshot: openSnapshots(table),
    readMoments: (installation, range) => readMoments(table, installation, range),
    access: deployedAccess(),
    installations: configBeside(bundle).installations.map((i) => i.name),
    page: {
      html: text(PAGE_FILES.html),
      script: text(PAGE_FILES.script),
      style: text(PAGE_FILES.style),
    },
    now: () => new Date(),
  };
}
