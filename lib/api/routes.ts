/** Every path that is served, named once. `{…}` is a path parameter, as API Gateway and the router write it. */
export const ROUTES = {
  page: '/',
  script: '/main.js',
  style: '/style.css',
  health: '/health',
  installations: '/installations',
  snapshot: '/snapshot',
  history: '/history',
  metrics: '/metrics',
  runbook: '/runbooks/{finding}',
  schema: '/schema',
  openapi: '/openapi.json',
} as const;
export type RouteName = keyof typeof ROUTES;

/** The catalogue's pages: the same for everybody who runs this, and what an alert links to. */
export const RUNBOOK_ROUTES: readonly RouteName[] = ['style', 'runbook'];

/** What holds nothing about anybody: the page before someone signs in, the runbooks, and one word for load balancers. */
export const PUBLIC_ROUTES: readonly RouteName[] = ['page', 'script', 'health', ...RUNBOOK_ROUTES];

/** Nothing is ever changed through the API. */
export const METHODS_SERVED = ['GET', 'HEAD'] as const;
export const METHODS_REFUSED = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
