import type { PrefectTarget } from '../../config/targets.ts';
import { ProbeFailure } from '../failure.ts';
import { type Answer, ask } from '../http/ask.ts';
import { jsonIn } from '../http/json.ts';
import { redirectOf } from '../http/redirect.ts';
import { CSRF_TOKEN, csrfHeaders, isCsrfRefusal, keepCsrfToken } from './csrf.ts';
import { keepRest, type Rest, restOf } from './rest.ts';

export interface ApiQuestion {
  /** Under the API of the workspace, where there is one. */
  readonly path: string;
  /** Makes it a POST. */
  readonly body?: unknown;
  readonly abort: AbortSignal;
  readonly timeoutMs?: number;
}

/** Prefect's API as the collectors see it: where it is, and how to ask it. */
export interface PrefectApi {
  /** Asks without a credential and without judging the status, for the routes whose status is the answer. */
  get(path: string, timeoutMs: number, abort: AbortSignal): Promise<Answer>;
  /** @throws ProbeFailure unless the answer is 200 and JSON. */
  json(question: ApiQuestion): Promise<unknown>;
  /** The milliseconds to a whole answer. @throws ProbeFailure unless it is 200 and JSON, or a 404 where `mayMiss`. */
  timed(question: ApiQuestion & { readonly mayMiss?: boolean }): Promise<number>;
  /** Lets this round send so many requests more, for collectors that read page after page. */
  allow(requests: number): void;
  /** Answers of this round that were 429. */
  readonly refusals: number;
  /** Until when the API asked, with a 429 of this round or an earlier one, to be left alone; null when it may be asked. */
  readonly rest: Rest | null;
  /** Requests this round has sent. */
  readonly requests: number;
}

/** What a round may cost the API; beyond it collectors are told that nothing more is asked. */
export const REQUESTS_MAX = 10;
const JSON_TIMEOUT_MS = 3_000;
const NO_HEADERS: Readonly<Record<string, string>> = {};

/** Why nothing is asked of an API that wants a rest. */
export const atRest = ({ untilMs }: Rest): ProbeFailure =>
  new ProbeFailure(
    'saturated',
    `not asked: after a 429 the API wants no request before ${new Date(untilMs).toISOString()}`,
  );

function jsonOf(answer: Answer, url: string): unknown {
  const { status } = answer;
  if (status === 401) throw new ProbeFailure('auth', 'the API does not accept the credential (401)');
  if (status === 403) throw new ProbeFailure('permission', 'the API forbids this request (403)');
  if (status === 404) throw new ProbeFailure('missing', 'the API has no such route (404)');
  if (status === 408 || status === 504)
    throw new ProbeFailure('timeout', `the API gave up on the request (${status})`);
  if (status === 429) throw new ProbeFailure('saturated', 'the API asks for fewer requests (429)');
  const redirect = redirectOf(answer, url);
  if (redirect !== null)
    throw new ProbeFailure('protocol', `the API redirects to ${redirect} (${status}), which is not followed`);
  if (status !== 200) throw new ProbeFailure('failed', `the API answers ${status}`);
  return jsonIn(answer);
}

/** Where the routes of a workspace are: the root itself in OSS, a path of its own in Customer-Managed Prefect. */
const workspaceUrl = ({ apiUrl, account, workspace }: PrefectTarget): string =>
  account === undefined || workspace === undefined
    ? apiUrl
    : `${apiUrl}/accounts/${account}/workspaces/${workspace}`;

/** @param authorization the value of the Authorization header, undefined for none. */
export function prefectApi(target: PrefectTarget, authorization: string | undefined): PrefectApi {
  const { apiUrl, tls } = target;
  const tlsOptions = tls.ca !== undefined && { ca: tls.ca };
  const credential: Readonly<Record<string, string>> =
    authorization === undefined ? NO_HEADERS : { authorization };
  const url = workspaceUrl(target);
  let allowed = REQUESTS_MAX;
  let requests = 0;
  let refusals = 0;

  const send = async (question: Parameters<typeof ask>[0]): Promise<Answer> => {
    // Who was told to slow down and asks on is locked out for longer.
    if (refusals > 0)
      throw new ProbeFailure('saturated', 'not asked: the API has answered 429 in this round');
    const rest = restOf(apiUrl, Date.now());
    if (rest !== null) throw atRest(rest);
    if (requests >= allowed) {
      throw new ProbeFailure('saturated', `not asked: a round sends ${allowed} requests at most`);
    }
    requests += 1;
    const answer = await ask(question);
    if (answer.status === 429) {
      refusals += 1;
      keepRest(apiUrl, answer.retryAfterMs ?? 0, Date.now());
    }
    return answer;
  };
  const sendOne = ({ path, body, abort, timeoutMs = JSON_TIMEOUT_MS }: ApiQuestion) => {
    const isPost = body !== undefined;
    return send({
      ...tlsOptions,
      headers: { ...credential, ...(isPost && csrfHeaders(apiUrl, Date.now())) },
      url: `${url}${path}`,
      method: isPost ? 'POST' : 'GET',
      body,
      timeoutMs,
      abort,
    });
  };
  const answerTo = async (question: ApiQuestion): Promise<Answer> => {
    const answer = await sendOne(question);
    if (!isCsrfRefusal(answer)) return answer;
    const token = jsonOf(await sendOne({ path: CSRF_TOKEN, abort: question.abort }), url);
    keepCsrfToken(apiUrl, token, Date.now());
    return sendOne(question);
  };

  return {
    // /health and /ready need no credential, so none travels with them.
    get: (path, timeoutMs, abort) =>
      send({
        ...tlsOptions,
        headers: NO_HEADERS,
        url: `${apiUrl}${path}`,
        method: 'GET',
        timeoutMs,
        abort,
      }),
    json: async (question) => jsonOf(await answerTo(question), url),
    timed: async ({ mayMiss = false, ...question }) => {
      const answer = await answerTo(question);
      if (!(mayMiss && answer.status === 404)) jsonOf(answer, url);
      return answer.elapsedMs;
    },
    allow: (more) => {
      allowed += more;
    },
    get refusals() {
      return refusals;
    },
    get rest() {
      return restOf(apiUrl, Date.now());
    },
    get requests() {
      return requests;
    },
  };
}
