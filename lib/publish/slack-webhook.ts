import { setTimeout } from 'node:timers/promises';
import pRetry from 'p-retry';
import type { SlackMessage } from './block-kit.ts';
import { Refused } from './channel.ts';

/** Thrown when Slack did not take a message now; `retryAfterMs` is how long it asked to be left alone. */
export class SlackUnavailable extends Error {
  override readonly name = 'SlackUnavailable';
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs = 0, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

const TIMEOUT_MS = 4_000;
const RETRIES = { retries: 2, minTimeout: 200, maxTimeout: 1_000, randomize: true } as const;
/** Longer than this the function does not stay for: the stream hands the change out again. */
const WAIT_MS_MAX = 4_000;
const ANSWER_CHARACTERS_MAX = 100;

/**
 * The address a webhook's secret holds. Over http only on this machine, for trying it out.
 *
 * @throws SlackUnavailable without the address, which is the secret: it may be put right before patience ends
 */
export function webhookAddress(text: string): URL {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  const isLoopback = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return url;
  throw new SlackUnavailable("the webhook's secret holds no https address");
}

/** In seconds, or a date; 0 when nothing understandable is said. */
function retryAfterMs(response: Response): number {
  const text = response.headers.get('retry-after') ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const until = Date.parse(text);
  return Number.isNaN(until) ? 0 : Math.max(0, until - Date.now());
}

/** Slack answers a word, such as no_service; a proxy in between may answer anything. */
async function wordOf(response: Response): Promise<string> {
  const text = await response.text();
  return /^[\w .-]{1,100}$/.test(text) ? `: ${text.slice(0, ANSWER_CHARACTERS_MAX)}` : '';
}

async function postOnce(url: URL, message: SlackMessage): Promise<void> {
  let response: Response;
  let word: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(message),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    word = await wordOf(response);
  } catch (cause) {
    throw new SlackUnavailable('Slack does not answer', 0, { cause });
  }
  if (response.ok) return;
  const { status } = response;
  if (status === 429 || status >= 500) {
    throw new SlackUnavailable(`Slack answers ${status}${word}`, retryAfterMs(response));
  }
  throw new Refused(`Slack refuses the message with ${status}${word}`);
}

type Sleep = (milliseconds: number) => Promise<unknown>;

/**
 * Posts a message to an incoming webhook: a few times within seconds, as far apart as Slack asks for.
 *
 * @param sleep waits for what Slack asks for
 * @throws SlackUnavailable when it may be taken later, Refused when it will not be; neither tells the address
 */
export const postToSlack = (url: URL, message: SlackMessage, sleep: Sleep = setTimeout): Promise<void> =>
  pRetry(() => postOnce(url, message), {
    ...RETRIES,
    shouldRetry: ({ error }) => error instanceof SlackUnavailable && error.retryAfterMs <= WAIT_MS_MAX,
    onFailedAttempt: async ({ error, retriesLeft }) => {
      if (retriesLeft === 0 || !(error instanceof SlackUnavailable)) return;
      if (error.retryAfterMs <= WAIT_MS_MAX) await sleep(error.retryAfterMs);
    },
  });
