import middy from '@middy/core';
import httpRouter from '@middy/http-router';
import type { Snapshot } from '../model/snapshot.ts';
import { judgedAt } from '../model/staleness.ts';
import type { PageFiles } from '../page/files.ts';
import { requireToken } from './authorise.ts';
import { finishAnswers } from './finish.ts';
import { health } from './health.ts';
import { type ApiAnswer, type ApiEvent, type ApiHandler, json } from './http.ts';
import { metrics } from './metrics.ts';
import { plainPaths } from './path.ts';
import { answerProblems, Problem } from './problem.ts';
import { METHODS_REFUSED, METHODS_SERVED, ROUTES } from './routes.ts';
import { runbook } from './runbook.ts';
import { snapshot } from './snapshot.ts';

/** What the API stands on. `installations` are the configured names, the default one first. */
export interface ApiDeps {
  /** @returns null before the first assessment of the installation. */
  readSnapshot(installation: string): Promise<Snapshot | null>;
  token(): Promise<string>;
  readonly installations: readonly string[];
  readonly page: PageFiles;
  now(): Date;
}

const file =
  (contentType: string, body: string): ApiHandler =>
  async () => ({ statusCode: 200, headers: { 'content-type': `${contentType}; charset=utf-8` }, body });

const refuseMethod: ApiHandler = async () => {
  const allow = METHODS_SERVED.join(', ');
  throw new Problem(405, `Only ${allow} are served here.`, { allow });
};

/** Every route of the design behind one handler. Whatever happens it answers; it never rejects. */
export function createApi(deps: ApiDeps) {
  const { installations, page, now } = deps;
  const current = async (installation: string) => {
    const latest = await deps.readSnapshot(installation);
    return latest === null ? null : judgedAt(latest, now());
  };
  const all = () => Promise.all(installations.map(current));
  const authorised = requireToken(deps.token);

  const served: Readonly<Record<keyof typeof ROUTES, ApiHandler>> = {
    page: file('text/html', page.html),
    script: file('text/javascript', page.script),
    style: file('text/css', page.style),
    health: health(all),
    installations: authorised(async () => json({ installations })),
    snapshot: authorised(snapshot(installations, current)),
    metrics: authorised(metrics(all, now)),
    runbook: authorised(runbook),
  };
  const names = Object.keys(ROUTES) as (keyof typeof ROUTES)[];
  const routes = names.flatMap((name) => [
    ...METHODS_SERVED.map((method) => ({ method, path: ROUTES[name], handler: served[name] })),
    ...METHODS_REFUSED.map((method) => ({ method, path: ROUTES[name], handler: refuseMethod })),
  ]);
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
