import { etagOf, unlessKnown } from './conditional.ts';
import type { ApiHandler } from './http.ts';
import type { JsonSchema } from './schemas.ts';

/** A document that is the same as long as the function is: written when it is first asked for. */
export function fixedDocument(contentType: string, write: () => JsonSchema): ApiHandler {
  let written: { readonly body: string; readonly etag: string } | undefined;
  return async (event) => {
    if (written === undefined) {
      const body = JSON.stringify(write());
      written = { body, etag: etagOf(body) };
    }
    const { body, etag } = written;
    return unlessKnown({ statusCode: 200, headers: { 'content-type': contentType }, body }, event, etag);
  };
}
