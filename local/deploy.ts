import { mkdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import * as v from 'valibot';
import { type Cloud, EMULATED_ACCOUNT } from './parts/ministack.ts';
import { ROOT } from './parts/places.ts';
import type { Supervisor } from './parts/supervisor.ts';

/** What a deployed stack says of itself. */
export interface Deployed {
  /** Ends in a slash. */
  readonly pageUrl: string;
  readonly tokenSecret: string;
  readonly tableName: string;
  readonly topicArn: string;
  /** The cloud assembly it was deployed from. */
  readonly assembly: string;
  readonly stackName: string;
}

/** Thrown before anything is deployed when the target is not an emulator on this machine. */
export class NotLocalError extends Error {
  override readonly name = 'NotLocalError';
}

function assertLocal({ endpoint, environment }: Cloud): void {
  const { hostname } = new URL(endpoint);
  const isLocal =
    ['localhost', '127.0.0.1', '[::1]'].includes(hostname) && environment.AWS_ENDPOINT_URL === endpoint;
  if (isLocal && environment.CDK_DEFAULT_ACCOUNT === EMULATED_ACCOUNT) return;
  throw new NotLocalError(`refusing to deploy to ${endpoint}: it is not an emulator on this machine`);
}

const Outputs = v.record(
  v.string(),
  v.object({ ApiUrl: v.string(), TokenSecretArn: v.string(), TableName: v.string(), TopicArn: v.string() }),
);

/** Where the CDK leaves what it makes for an emulator. */
const folderOf = (cloud: Cloud): string => join(cloud.folder, 'deploy');
const assemblyOf = (cloud: Cloud): string => join(folderOf(cloud), 'cdk.out');

type Progress = (text: string) => void;

/** The real `cdk` as a user would run it, for the emulator and a configuration, as `-c config=` takes it. */
function cdkFor(supervisor: Supervisor, cloud: Cloud, configFile: string, progress: Progress = () => {}) {
  assertLocal(cloud);
  const bin = join(ROOT, 'node_modules', '.bin');
  const env = {
    ...cloud.environment,
    PATH: [bin, process.env.PATH].join(delimiter),
    // The CDK keeps what it learns of accounts below HOME: the user's own stays as it is.
    HOME: folderOf(cloud),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    // It would ask the account for the types it knows, and emulators know few.
    CDK_VALIDATION: 'false',
    NODE_NO_WARNINGS: '1',
  };
  const context = ['-c', `config=${configFile}`, '-c', 'local=true'];
  const always = [...context, '--output', assemblyOf(cloud), '--no-color', '--no-notices', '--ci'];
  return async (command: string, ...args: readonly string[]): Promise<void> => {
    await mkdir(folderOf(cloud), { recursive: true });
    const name = `cdk-${command}`;
    const part = { name, file: join(bin, 'cdk'), args: [command, ...args, ...always], cwd: ROOT, env };
    await supervisor.run(part, (line) => progress(line.trim()));
  };
}

/**
 * Deploys the app to the emulator, or what is new of it.
 *
 * @param progress is told what the CDK says
 * @throws NotLocalError; PartFailed with the end of the CDK's log
 */
export async function deploy(
  supervisor: Supervisor,
  cloud: Cloud,
  configFile: string,
  progress?: Progress,
): Promise<Deployed> {
  const cdk = cdkFor(supervisor, cloud, configFile, progress);
  const outputsFile = join(folderOf(cloud), 'outputs.json');
  await cdk('bootstrap', `aws://${EMULATED_ACCOUNT}/${cloud.environment.AWS_REGION}`);
  await cdk('deploy', '--all', '--require-approval', 'never', '--outputs-file', outputsFile);
  const outputs = v.parse(Outputs, JSON.parse(await readFile(outputsFile, 'utf8')));
  const [entry] = Object.entries(outputs);
  if (entry === undefined) throw new Error('the deployment left no outputs');
  const [stackName, { ApiUrl, TokenSecretArn, TableName, TopicArn }] = entry;
  return {
    pageUrl: ApiUrl,
    tokenSecret: TokenSecretArn,
    tableName: TableName,
    topicArn: TopicArn,
    assembly: assemblyOf(cloud),
    stackName,
  };
}

/** What `cdk diff` says a deployment would change, line by line. @throws NotLocalError, PartFailed */
export async function diff(
  supervisor: Supervisor,
  cloud: Cloud,
  configFile: string,
): Promise<readonly string[]> {
  const said: string[] = [];
  await cdkFor(supervisor, cloud, configFile, (line) => said.push(line))('diff');
  return said;
}

/** Takes the stack of a configuration away again. @throws NotLocalError, PartFailed */
export const destroy = (supervisor: Supervisor, cloud: Cloud, configFile: string): Promise<void> =>
  cdkFor(supervisor, cloud, configFile)('destroy', '--all', '--force');
