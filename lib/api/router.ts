import middy from '@middy/core';
import httpRouter from '@middy/http-router';
import { judgedAt } from '../model/staleness.ts';
import type { PageFiles } from '../page/files.ts';
import type { ReadSnapshot } from '../store/snapshot.ts';
import { type Detail, wholeOf } from '../store/snapshot-item.ts';
import { type Access, requireAccess } from './authorise.ts';
import { fixedDocument } from './documents.ts';
import { finishAnswers } from './finish.ts';
import { health } from './health.ts';
import { history, type ReadMoments } from './history.ts';
import { type ApiAnswer, type ApiEvent, type ApiHandler, json } from './http.ts';
import { metrics } from './metrics.ts';
import { openapi } from './openapi.ts';
import { plainPaths } from './path.ts';
import { answerProblems, Problem } from './problem.ts';
import { METHODS_REFUSED, METHODS_SERVED, PUBLIC_ROUTES, ROUTES, type RouteName } from './routes.ts';
import { runbook } from './runbook.ts';
import { snapshotSchema } from './schemas.ts';
import { snapshot } from './snapshot.ts';

/** What the API stands on. `installations` are the configured names, the default one first. */
export interface ApiDeps {
  readonly readSnapshot: ReadSnapshot;
  readonly readMoments: ReadMoments;
  readonly access: Access;
  readonly installations: readonly string[];
  readonly page: PageFiles;
  now(): Date;
}

const file = (contentType: string, body: string): ApiHandler =>
  fixedDocument(`${contentType}; charset=utf-8`, () => body);

const ALLOW = [...METHODS_SERVED, 'OPTIONS'].join(', ');

/** Which methods there are is no secret; other origins are told nothing that would let their scripts in. */
const tellMethods: ApiHandler = async () => ({ statusCode: 204, headers: { allow: ALLOW } });

const refuseMethod: ApiHandler = async () => {
  throw new Problem(405, `Only ${ALLOW} are served here.`, { allow: ALLOW });
};

/** Every route of the design behind one handler. Whatever happens it answers; it never rejects. */
export function createApi(deps: ApiDeps) {
  const { installations, page, now } = deps;
  const current: ReadSnapshot = async (installation, detail) => {
    const latest = await deps.readSnapshot(installation, detail);
    return latest && { ...latest, brief: judgedAt(latest.brief, now()) };
  };
  const all = (detail: Detail) => async () => {
    const latest = await Promise.all(installations.map((name) => current(name, detail)));
    return latest.map((stored) => stored && wholeOf(stored));
  };
  const authorised = requireAccess(deps.access);

  const handlers: Readonly<Record<RouteName, ApiHandler>> = {
    page: file('text/html', page.html),
    script: file('text/javascript', page.script),
    style: file('text/css', page.style),
    health: health(all('brief')),
    installations: async () => json({ installations }),
    snapshot: snapshot(installations, current),
    history: history(installations, deps.readMoments, now),
    metrics: metrics(all('whole'), now),
    runbook,
    schema: fixedDocument('application/schema+json', () => JSON.stringify(snapshotSchema())),
    openapi: fixedDocument('application/json', () => JSON.stringify(openapi(deps.access.by))),
  };
  const names = Object.keys(ROUTES) as RouteName[];
  const routes = names.flatMap((name) => {
    const path = ROUTES[name];
    const handler = PUBLIC_ROUTES.includes(name) ? handlers[name] : authorised(handlers[name]);
    return [
      ...METHODS_SERVED.map((method) => ({ method, path, handler })),
      ...METHODS_REFUSED.map((method) => ({ method, path, handler: refuseMethod })),
      { method: 'OPTIONS' as const, path, handler: tellMethods },
    ];
  });
  const notFoundResponse = () => {
    throw new Problem(404, 'Nothing is served under this path.');
  };

  // Errors pass the middlewares from the last to the first: a problem is made an answer, then finished.
  return middy<ApiEvent, ApiAnswer>()
    .use(finishAnswers())
    .use(answerProblems())
    .use(plainPaths())
    .handler(httpRouter<ApiEvent, ApiAnswer>({ routes, notFoundResponse }));
}
export type Api = ReturnType<typeof createApi>;
