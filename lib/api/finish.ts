import { gzipSync } from 'node:zlib';
import type { MiddlewareObj } from '@middy/core';
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

const acceptsGzip = (acceptEncoding: string): boolean =>
  acceptEncoding
    .toLowerCase()
    .split(',')
    .some((coding) => /^\s*(x-)?gzip\s*(;\s*q=(1|1\.0*|0?\.\d*[1-9]\d*)\s*)?$/.test(coding));

function encoded(answer: ApiAnswer, event: ApiEvent): ApiAnswer {
  const body = answer.body ?? '';
  if (event.requestContext.http.method === 'HEAD') return { ...answer, body: '' };
  if (body.length < COMPRESSED_FROM_CHARACTERS) return answer;
  const varies = answer.headers?.vary;
  const headers = {
    ...answer.headers,
    vary: varies === undefined ? 'accept-encoding' : `${varies}, accept-encoding`,
  };
  if (!acceptsGzip(headerOf(event, 'accept-encoding') ?? '')) return { ...answer, headers };
  return {
    ...answer,
    headers: { ...headers, 'content-encoding': 'gzip' },
    body: gzipSync(body).toString('base64'),
    isBase64Encoded: true,
  };
}

function finished(answer: ApiAnswer, event: ApiEvent): ApiAnswer {
  return encoded({ ...answer, headers: { ...HEADERS_OF_EVERY_ANSWER, ...answer.headers } }, event);
}

/** The last step of every answer, problems included: the headers they all carry, gzip, and no body for HEAD. */
export function finishAnswers(): MiddlewareObj<ApiEvent, ApiAnswer> {
  const finish = ({ response, event }: { response?: ApiAnswer | null; event: ApiEvent }) =>
    response ? finished(response, event) : undefined;
  return { after: finish, onError: finish };
}
