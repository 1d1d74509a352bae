import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, inject, it } from 'vitest';
import { clientOptions } from '../../local/remote.ts';
import { saidOf } from '../probe/kubernetes/watching.ts';
import { lookAt } from '../probe/log-groups/answering.ts';
import { fixture } from '../probe/logs/reading.ts';

const clientOf = () => new CloudWatchLogsClient(clientOptions(inject('cloud')));

const PREFECT = {
  name: 'pods',
  holds: 'prefect',
  logGroup: '/aws/containerinsights/test/application',
} as const;
const POSTGRES = { name: 'orion', holds: 'postgres', logGroup: '/aws/rds/instance/test/postgresql' } as const;

/** The schedule's time, and the minute that is then counted: it lies a minute and more back. */
const SCHEDULED = new Date(Math.floor(Date.now() / 60_000) * 60_000 + 30_000);
const MINUTE = SCHEDULED.getTime() - 30_000 - 120_000;

async function ship(
  logGroupName: string,
  logStreamName: string,
  messages: readonly string[],
  timestamp: number,
) {
  const client = clientOf();
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const logEvents = messages.map((message) => ({ message, timestamp }));
  await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
}

const linesOf = (name: string) => fixture(name).toString().trimEnd().split('\n');

describe('a log group of CloudWatch Logs', () => {
  it('is read for the minute before the last whole one, and for what Prefect said in it', async () => {
    await clientOf().send(new CreateLogGroupCommand({ logGroupName: PREFECT.logGroup }));
    const lines = linesOf('pool-exhausted-server-3.8.8');
    await ship(PREFECT.logGroup, 'before', lines, MINUTE - 10_000);
    await ship(PREFECT.logGroup, 'server-1', lines, MINUTE);
    await ship(PREFECT.logGroup, 'server-2', lines, MINUTE + 59_999);
    await ship(PREFECT.logGroup, 'after', lines, MINUTE + 60_000);
    const report = await lookAt(PREFECT, clientOf, SCHEDULED);
    expect(report.errors).toEqual([]);
    expect(saidOf(report, 'logs.up')).toBe(1);
    expect(saidOf(report, 'logs.errors')).toBe(6);
    expect(report.facts.log_signatures).toContainEqual(
      expect.objectContaining({
        signature: 'db-pool-exhausted',
        count: 6,
        first: new Date(MINUTE).toISOString(),
        last: new Date(MINUTE + 59_999).toISOString(),
      }),
    );
  });

  it('is read for what PostgreSQL said of slow statements', async () => {
    await clientOf().send(new CreateLogGroupCommand({ logGroupName: POSTGRES.logGroup }));
    await ship(POSTGRES.logGroup, 'test.0', linesOf('postgres-18.4'), MINUTE + 30_000);
    const report = await lookAt(POSTGRES, clientOf, SCHEDULED);
    expect(report.errors).toEqual([]);
    expect(saidOf(report, 'postgres-log.slow_statements')).toBe(21);
    expect(saidOf(report, 'postgres-log.lock_waits')).toBe(3);
  });

  it('is silent when nothing was shipped to it for an hour, and quiet when something was', async () => {
    const logGroup = '/aws/rds/instance/silent/postgresql';
    await clientOf().send(new CreateLogGroupCommand({ logGroupName: logGroup }));
    const silent = async () =>
      saidOf(await lookAt({ ...POSTGRES, logGroup }, clientOf, SCHEDULED), 'postgres-log.silent');
    expect(await silent()).toBe(1);
    await ship(logGroup, 'long-ago', ['a record'], MINUTE - 2 * 3_600_000);
    expect(await silent()).toBe(1);
    await ship(logGroup, 'lately', ['a record'], MINUTE - 1_800_000);
    expect(await silent()).toBe(0);
  });

  it('that is not there is unknown, and why is said', async () => {
    const report = await lookAt({ ...PREFECT, logGroup: '/nobody/has/it' }, clientOf, SCHEDULED);
    expect(saidOf(report, 'logs.up')).toBe('missing');
  });
});
