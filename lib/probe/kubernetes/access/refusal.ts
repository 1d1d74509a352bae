import { ApiException } from '@kubernetes/client-node/dist/gen/index.js';
import { type Classify, ProbeFailure } from '../../failure.ts';

type Known = NonNullable<ReturnType<Classify>>;

/** What the status of an answer means. Its text may name whatever is in the cluster, and stays here. */
const STATUSES: Readonly<Record<number, Known>> = {
  401: ['auth', 'the API server does not accept the token (401)'],
  403: ['permission', 'the API server forbids this request (403)'],
  404: ['missing', 'the API server has no such resource (404)'],
  410: ['failed', 'the list changed faster than it could be read (410)'],
  429: ['saturated', 'the API server has no room for this request (429)'],
  503: ['refused', 'the API server, or what it asks, is not available (503)'],
  504: ['timeout', 'the API server gave up on the request (504)'],
};

const meaningOf = (status: number): Known => {
  if (status >= 300 && status < 400) return ['protocol', 'the API server redirects, which is refused'];
  return STATUSES[status] ?? ['failed', `the API server answers ${Math.trunc(status)}`];
};

/** @throws ProbeFailure unless the status is 200. */
export function assertAnswered(status: number): void {
  if (status !== 200) throw new ProbeFailure(...meaningOf(status));
}

export const classifyKubernetes: Classify = (error) => {
  if (error instanceof ApiException) return meaningOf(error.code);
  // The generated client meets what it did not expect with these two.
  if (error instanceof SyntaxError) return ['protocol', 'the API server answers broken JSON'];
  return /content-type|mediaType/i.test(error.message)
    ? ['protocol', 'the API server answers no JSON']
    : undefined;
};
