import { dumpYaml } from '@kubernetes/client-node';
import { Command } from 'commander';
import { shellWord } from '../lib/catalogue/quoting.ts';
import { ConfigError } from '../lib/config/errors.ts';
import { grantsFor, revokesFor } from '../lib/config/grants.ts';
import { kubernetesGrantsFor } from '../lib/config/kubernetes-grants.ts';
import { CLUSTER_READERS, readersOf } from '../lib/config/kubernetes-readers.ts';
import { ConfigFileError, loadConfig } from '../lib/config/load.ts';
import type { Config, InstallationConfig } from '../lib/config/schema.ts';
import { EXIT_BAD_CONFIGURATION } from './check/exit.ts';

interface Options {
  readonly config: string;
  readonly target: readonly string[];
  readonly revoke?: boolean;
}

const collect = (id: string, ids: readonly string[]) => [...ids, id];

const command = new Command('npm run grants --')
  .description('Prints what lets the probes in: SQL for PostgreSQL, a manifest for Kubernetes.')
  .option('--config <file>', 'what to watch', 'vitals.config.ts')
  .option('--target <id>', 'only this target, such as postgres/orion; may be repeated', collect, [])
  .option('--revoke', 'what takes it away again: SQL, and the manifest to delete')
  .addHelpText(
    'after',
    '\nOf one target it can be handed on: npm run --silent grants -- --target postgres/orion | psql …',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_BAD_CONFIGURATION));

type KubernetesConfig = InstallationConfig['kubernetes'][number];

/** Who may read in the cluster is for RBAC to say; who that is on EKS, an access entry. */
function manifestFor(installation: InstallationConfig, target: KubernetesConfig, revoke: boolean): string {
  const { name, access } = target;
  const entries = readersOf(installation, target).flatMap((reader) => {
    if (access.from !== 'eks' || revoke) return [];
    const { group, roleOutput } = CLUSTER_READERS[reader];
    return [
      `#   aws eks create-access-entry --region ${access.region} --cluster-name ${shellWord(access.cluster)} \\`,
      `#     --kubernetes-groups ${group} --principal-arn <${roleOutput} of the stack>`,
    ];
  });
  return [
    `# Prefect Vitals: what may be read of kubernetes/${name} of ${installation.name}.`,
    `#   kubectl ${revoke ? 'delete' : 'apply'} -f <this file>`,
    ...(entries.length === 0
      ? []
      : [
          '# The role of each function becomes a member of its own group by an access entry of EKS:',
          ...entries,
        ]),
    ...kubernetesGrantsFor(installation, target).map((grant) => `---\n${dumpYaml(grant).trimEnd()}`),
    '',
  ].join('\n');
}

/** Every target there is something to grant for, with the text that grants it. */
function grantsIn(
  config: Config,
  revoke: boolean,
): readonly { readonly id: string; readonly text: () => string }[] {
  return config.installations.flatMap((installation) => [
    ...installation.postgres.map((target) => ({
      id: `postgres/${target.name}`,
      text: () =>
        revoke ? revokesFor(installation.name, target) : grantsFor(config, installation.name, target),
    })),
    ...installation.kubernetes.map((target) => ({
      id: `kubernetes/${target.name}`,
      text: () => manifestFor(installation, target, revoke),
    })),
  ]);
}

async function main(): Promise<void> {
  const { config: file, target: ids, revoke = false } = command.parse().opts<Options>();
  const all = grantsIn(await loadConfig(file), revoke);
  const strange = ids.filter((id) => !all.some((t) => t.id === id));
  if (strange.length > 0 || all.length === 0) {
    const known = [...new Set(all.map((t) => t.id))].join(', ') || 'no PostgreSQL and no Kubernetes at all';
    throw new RangeError(`There is no target ${strange.join(', ') || 'to grant to'}. There is: ${known}.`);
  }
  const chosen = all.filter((t) => ids.length === 0 || ids.includes(t.id));
  process.stdout.write(chosen.map(({ text }) => text()).join('\n'));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof ConfigFileError || error instanceof RangeError))
    throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_BAD_CONFIGURATION;
}
