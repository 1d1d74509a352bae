import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { type Deployed, deploy, destroy, diff } from '../../local/deploy.ts';
import { type Emulator, startEmulator } from '../../local/parts/ministack.ts';
import { stateFolder } from '../../local/parts/places.ts';
import { pythonEnvironment } from '../../local/parts/python.ts';
import { Supervisor } from '../../local/parts/supervisor.ts';
import { clientOptions, readToken } from '../../local/remote.ts';

const STACK = 'Lifecycle';
/** Nobody is there: what is deployed is looked at, not what it sees. */
const NOBODY = { host: '127.0.0.1', port: 1 };
const redis = [{ name: 'main', ...NOBODY }];
const postgres = [{ name: 'orion', ...NOBODY, database: 'prefect', user: 'vitals' }];
const before: ConfigInput = {
  stackName: STACK,
  installations: [{ name: 'one', redis }],
  logRetentionDays: 7,
};
const after: ConfigInput = {
  stackName: STACK,
  installations: [
    { name: 'one', postgres },
    { name: 'two', postgres },
  ],
  logRetentionDays: 30,
  alarms: { dashboard: false },
};

let supervisor: Supervisor;
let cloud: Emulator;
let folder: string;

/** Its own emulator: a deployment writes what all stacks of an account share. */
beforeAll(async () => {
  folder = await mkdtemp(join(stateFolder('test'), 'lifecycle-'));
  supervisor = new Supervisor(join(folder, 'logs'));
  const python = await pythonEnvironment(supervisor, () => {});
  cloud = await startEmulator(supervisor, python, { folder: join(folder, 'ministack') });
});
afterAll(async () => {
  await supervisor.stopAll();
  await rm(folder, { recursive: true, force: true });
});

const file = async (config: ConfigInput) => {
  const path = join(folder, 'vitals.config.json');
  await writeFile(path, JSON.stringify(config));
  return path;
};

/** What of the stack there is in the account, asked of each service itself. */
async function present() {
  const options = clientOptions(cloud);
  const [functions, tables, topics, queues, secrets, alarms, groups] = await Promise.all([
    new LambdaClient(options).send(new ListFunctionsCommand({})),
    new DynamoDBClient(options).send(new ListTablesCommand({})),
    new SNSClient(options).send(new ListTopicsCommand({})),
    new SQSClient(options).send(new ListQueuesCommand({ QueueNamePrefix: STACK })),
    new SecretsManagerClient(options).send(new ListSecretsCommand({})),
    new CloudWatchClient(options).send(new DescribeAlarmsCommand({ AlarmNamePrefix: STACK })),
    new CloudWatchLogsClient(options).send(new DescribeLogGroupsCommand({})),
  ]);
  const ours = (names: readonly (string | undefined)[] | undefined) =>
    (names ?? []).flatMap((name) => (name?.includes(STACK) ? [name] : [])).sort();
  return {
    functions: ours(functions.Functions?.map((f) => f.FunctionName)),
    tables: ours(tables.TableNames),
    topics: ours(topics.Topics?.map((t) => t.TopicArn)),
    queues: ours(queues.QueueUrls),
    secrets: ours(secrets.SecretList?.map((s) => s.ARN)),
    alarms: ours(alarms.MetricAlarms?.map((a) => a.AlarmName)),
    logGroups: ours(groups.logGroups?.map((g) => `${g.logGroupName} for ${g.retentionInDays} days`)),
  };
}

async function typesInStack(): Promise<readonly string[]> {
  const types: string[] = [];
  const client = new CloudFormationClient(clientOptions(cloud));
  for await (const page of paginateListStackResources({ client }, { StackName: STACK }))
    types.push(...(page.StackResourceSummaries ?? []).map((r) => r.ResourceType ?? ''));
  return types;
}

describe('a stack', () => {
  let first: Deployed;
  let token: string;
  const kept = { pk: 'one', sk: 'PAST#kept', what: 'an incident of yesterday' };
  const table = () => DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(cloud)));

  it('is deployed to an account that has none', async () => {
    const path = await file(before);
    first = await deploy(supervisor, cloud, path);
    token = await readToken(cloud, first);
    const there = await present();
    expect(there.functions).toEqual(['api', 'assess', 'notify', 'probe-redis'].map((f) => `${STACK}-${f}`));
    expect(there.logGroups).toHaveLength(5);
    for (const group of there.logGroups) expect(group).toMatch(/ for 7 days$/);
    for (const some of Object.values(there)) expect(some).not.toEqual([]);
    expect(await typesInStack()).toContain('AWS::CloudWatch::Dashboard');
    await table().send(new PutCommand({ TableName: first.tableName, Item: kept }));
  });

  it('is told of by a diff before it is updated', async () => {
    const said = (await diff(supervisor, cloud, await file(after))).join('\n');
    expect(said).toMatch(/^\[\+\] AWS::Lambda::Function .*ProbePostgreSQL/m);
    expect(said).toMatch(/^\[-\] AWS::Lambda::Function .*ProbeRedis/m);
    expect(said).not.toMatch(/^\[[-~]\] AWS::(DynamoDB|SNS::Topic|SecretsManager)/m);
  });

  it('is updated to what the configuration says now, and keeps what it has', async () => {
    const second = await deploy(supervisor, cloud, await file(after));
    const there = await present();
    expect(there.functions).toEqual(
      ['api', 'assess', 'notify', 'probe-postgres'].map((f) => `${STACK}-${f}`),
    );
    for (const group of there.logGroups) expect(group).toMatch(/ for 30 days$/);
    expect(there.alarms).toContain(`${STACK}-two-postgres-critical`);
    expect(there.alarms.join()).not.toContain('redis');
    expect(await typesInStack()).not.toContain('AWS::CloudWatch::Dashboard');

    expect(second).toEqual(first);
    expect(await readToken(cloud, second)).toBe(token);
    const { Item } = await table().send(
      new GetCommand({ TableName: second.tableName, Key: { pk: kept.pk, sk: kept.sk } }),
    );
    expect(Item).toEqual(kept);
  });

  it('is destroyed whole: nothing of it stays in the account', async () => {
    await destroy(supervisor, cloud, await file(after));
    for (const [service, some] of Object.entries(await present()))
      expect([service, some]).toEqual([service, []]);
    const describe = new DescribeStacksCommand({ StackName: STACK });
    await expect(new CloudFormationClient(clientOptions(cloud)).send(describe)).rejects.toThrow(
      /does not exist/,
    );
  });
});
