import type { PrefectTarget } from '../../config/targets.ts';
import { ProbeFailure } from '../failure.ts';
import { type Answer, ask } from '../http/ask.ts';
import { jsonIn } from '../http/json.ts';
import { redirectOf } from '../http/redirect.ts';

/** Prefect's API as the collectors see it: where it is, and how to ask it. */
export interface PrefectApi {
  /** Asks without judging the status, for the routes whose status is the answer. */
  get(path: string, timeoutMs: number, abort: AbortSignal): Promise<Answer>;
  /** @throws ProbeFailure unless the answer is 200 and JSON. */
  json(question: {
    readonly path: string;
    readonly body?: unknown;
    readonly abort: AbortSignal;
  }): Promise<unknown>;
}

const JSON_TIMEOUT_MS = 3_000;
const NO_HEADERS: Readonly<Record<string, string>> = {};

function jsonOf(answer: Answer, url: string): unknown {
  const { status } = answer;
  if (status === 401) throw new ProbeFailure('auth', 'the API does not accept the credential (401)');
  if (status === 403) throw new ProbeFailure('permission', 'the API forbids this request (403)');
  if (status === 404) throw new ProbeFailure('missing', 'the API has no such route (404)');
  if (status === 408 || status === 504)
    throw new ProbeFailure('timeout', `the API gave up on the request (${status})`);
  const redirect = redirectOf(answer, url);
  if (redirect !== null)
    throw new ProbeFailure('protocol', `the API redirects to ${redirect} (${status}), which is not followed`);
  if (status !== 200) throw new ProbeFailure('failed', `the API answers ${status}`);
  return jsonIn(answer);
}

/** @param authorization the value of the Authorization header, undefined for none. */
export function prefectApi(target: PrefectTarget, authorization: string | undefined): PrefectApi {
  const { apiUrl, tls } = target;
  const common = {
    headers: authorization === undefined ? NO_HEADERS : { authorization },
    ...(tls.ca !== undefined && { ca: tls.ca }),
  };
  return {
    // /health and /ready need no credential, so none travels with them.
    get: (path, timeoutMs, abort) =>
      ask({ ...common, headers: NO_HEADERS, url: `${apiUrl}${path}`, method: 'GET', timeoutMs, abort }),
    json: async ({ path, body, abort }) => {
      const url = `${apiUrl}${path}`;
      const method = body === undefined ? 'GET' : 'POST';
      return jsonOf(await ask({ ...common, url, method, body, timeoutMs: JSON_TIMEOUT_MS, abort }), url);
    },
  };
}
