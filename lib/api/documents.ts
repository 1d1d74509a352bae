import { etagOf, unlessKnown } from './conditional.ts';
import type { ApiHandler } from './http.ts';

/** A text that is the same as long as the function is: written when it is first asked for. */
export function fixedDocument(contentType: string, write: () => string): ApiHandler {
  let written: { readonly body: string; readonly etag: string } | undefined;
  return async (event) => {
    if (written === undefined) {
      const body = write();
      written = { body, etag: etagOf(body) };
    }
    const { body, etag } = written;
    return unlessKnown({ statusCode: 200, headers: { 'content-type': contentType }, body }, event, etag);
  };
}
