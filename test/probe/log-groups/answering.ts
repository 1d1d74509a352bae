import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CloudWatchLogsClient, type FilterLogEventsRequest } from '@aws-sdk/client-cloudwatch-logs';
import { parseConfig } from '../../../lib/config/define.ts';
import type { ConfigInput } from '../../../lib/config/schema.ts';
import { isLogGroup, targetsOf } from '../../../lib/config/targets.ts';
import type { ClientOf } from '../../../lib/probe/log-groups/client.ts';
import { lookAtLogGroup } from '../../../lib/probe/log-groups/look.ts';

/** Half a minute past a whole one: the probe then counts the minute before the last whole one. */
export const SCHEDULED = new Date('2026-11-21T08:05:30Z');
export const FROM = Date.parse('2026-11-21T08:03:00Z');

export interface Shipped {
  readonly message: string;
  readonly stream?: string;
  /** After the minute's beginning. */
  readonly second?: number;
}

/** One answer: a page, or an error by its name. */
export type Answer =
  | { readonly error: string }
  | { readonly events: readonly Shipped[] /** No further page. */; readonly isLast?: true };

/** What pages, throttling and refusals need and no emulator has: CloudWatch Logs with answers that are given to it. */
export class AnsweringLogs {
  readonly asked: FilterLogEventsRequest[] = [];
  #answers: Answer[] = [];
  readonly #server = createServer(async (request, response) => {
    const [status, answer] = await this.#answer(request);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
  });

  static async start(): Promise<AnsweringLogs> {
    const logs = new AnsweringLogs();
    logs.#server.listen(0, '127.0.0.1');
    await once(logs.#server, 'listening');
    return logs;
  }

  /** The answers from now on, in their order; every page but the last, and those that say it is theirs, has more after it. */
  answers(...answers: readonly Answer[]): void {
    this.asked.length = 0;
    this.#answers = [...answers];
  }

  readonly clientOf: ClientOf = (region) =>
    new CloudWatchLogsClient({
      endpoint: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`,
      region: region ?? 'eu-central-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'of-nobody' },
      maxAttempts: 2,
    });

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage): Promise<readonly [number, object]> {
    const body: FilterLogEventsRequest = JSON.parse(await text(request));
    if (request.headers['x-amz-target'] !== 'Logs_20140328.FilterLogEvents') {
      return [400, { __type: 'UnknownOperationException' }];
    }
    this.asked.push(body);
    const answer = this.#answers.shift();
    if (answer === undefined) return [400, { __type: 'NothingToSay' }];
    if ('error' in answer)
      return [400, { __type: answer.error, message: 'arn:aws:iam::123456789012:user/jane' }];
    const events = answer.events.map(({ message, stream = 'prefect/server/1', second = 30 }) => ({
      logStreamName: stream,
      timestamp: FROM + second * 1000,
      ingestionTime: FROM,
      message,
    }));
    const isMore = this.#answers.length > 0 && answer.isLast !== true;
    return [200, { events, ...(isMore && { nextToken: `page-${this.asked.length}` }) }];
  }
}

type Group = NonNullable<ConfigInput['installations'][number]['logGroups']>[number];

/** Looks at one log group, as configured, half a minute past a whole one. */
export function lookAt(group: Group, clientOf: ClientOf, scheduledAt = SCHEDULED) {
  const config = parseConfig({ installations: [{ name: 'production', logGroups: [group] }] });
  const [target] = config.installations.flatMap(targetsOf).filter(isLogGroup);
  if (target === undefined) throw new Error('there is no target');
  const visit = {
    installation: 'production',
    tier: 'minute',
    intervalSeconds: 60,
    scheduledAt,
    now: () => new Date(),
  } as const;
  return lookAtLogGroup(target, visit, clientOf);
}
