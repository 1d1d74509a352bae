import type { MiddlewareObj } from '@middy/core';
import type { ApiAnswer, ApiEvent } from './http.ts';

/** An HTTP API's stage without a name: its paths carry no prefix. */
const UNNAMED_STAGE = '$default';

function withoutStage(path: string, stage: string): string {
  if (stage === UNNAMED_STAGE || !(path === `/${stage}` || path.startsWith(`/${stage}/`))) return path;
  return path.slice(stage.length + 1) || '/';
}

/** A path that is not valid percent-encoding names nothing here, and is left as it is to be not found. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Hands the router the path under this API: without a named stage's prefix, decoded. */
export const plainPaths = (): MiddlewareObj<ApiEvent, ApiAnswer> => ({
  before: (request) => {
    const { rawPath, requestContext } = request.event;
    const path = decoded(withoutStage(rawPath, requestContext.stage));
    request.event = {
      ...request.event,
      requestContext: { ...requestContext, http: { ...requestContext.http, path } },
    };
  },
});
