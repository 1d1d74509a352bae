import { createHash } from 'node:crypto';
import { type ApiAnswer, type ApiEvent, headerOf } from './http.ts';

/** Weak, because the same answer may be sent compressed and not. */
export const etagOf = (body: string): string =>
  `W/"${createHash('sha256').update(body).digest('base64url')}"`;

const opaque = (etag: string): string => etag.trim().replace(/^W\//, '');

/** The answer under its ETag, or 304 to whoever holds the very same, with what the answer says it depends on. */
export function unlessKnown(
  answer: ApiAnswer,
  event: ApiEvent,
  etag: string = etagOf(answer.body ?? ''),
): ApiAnswer {
  const known = (headerOf(event, 'if-none-match') ?? '').split(',').map(opaque);
  const vary = answer.headers?.vary;
  return known.includes(opaque(etag)) || known.includes('*')
    ? { statusCode: 304, headers: { etag, ...(vary !== undefined && { vary }) } }
    : { ...answer, headers: { ...answer.headers, etag } };
}
