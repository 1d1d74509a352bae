import type { MiddlewareObj } from '@middy/core';
import { openGzip } from './gzip.ts';
import { type ApiAnswer, type ApiEvent, headerOf } from './http.ts';

/** The page loads its own script and style and asks its own API; nothing else may run, frame it or be reached. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS_OF_EVERY_ANSWER = {
  'cache-control': 'no-store',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** Below this, compressing costs more than it saves. */
const COMPRESSED_FROM_CHARACTERS = 1024;

/** A weight has three decimals at most: what looks further on would take its time over a long one. */
const acceptsGzip = (acceptEncoding: string): boolean =>
  acceptEncoding
    .toLowerCase()
    .split(',')
    .some((coding) => /^\s*(x-)?gzip\s*(;\s*q=(1|1\.0{0,3}|0?\.(?!0{1,3}\s*$)\d{1,3})\s*)?$/.test(coding));

/** Every answer depends on it, also one too short to be compressed: the next under this address may be longer. */
const varying = (vary: unknown): string => (vary ? `${vary}, accept-encoding` : 'accept-encoding');

/** The last step of every answer, problems included: the headers they all carry, gzip, and no body for HEAD. */
export function finishAnswers(): MiddlewareObj<ApiEvent, ApiAnswer> {
  const gzip = openGzip();

  function encoded(answer: ApiAnswer, event: ApiEvent): ApiAnswer {
    const { body = '', headers = {} } = answer;
    if (body.length < COMPRESSED_FROM_CHARACTERS) return answer;
    if (!acceptsGzip(headerOf(event, 'accept-encoding') ?? '')) return answer;
    const { etag } = headers;
    return {
      ...answer,
      headers: { ...headers, 'content-encoding': 'gzip' },
      body: gzip(body, typeof etag === 'string' ? etag : undefined),
      isBase64Encoded: true,
    };
  }

  function finished(answer: ApiAnswer, event: ApiEvent): ApiAnswer {
    const headers = { ...HEADERS_OF_EVERY_ANSWER, ...answer.headers, vary: varying(answer.headers?.vary) };
    const whole = encoded({ ...answer, headers }, event);
    return event.requestContext.http.method === 'HEAD'
      ? { ...whole, body: '', isBase64Encoded: false }
      : whole;
  }

  const finish = ({ response, event }: { response?: ApiAnswer | null; event: ApiEvent }) =>
    response ? finished(response, event) : undefined;
  return { after: finish, onError: finish };
}
