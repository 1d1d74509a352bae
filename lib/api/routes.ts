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

/** What holds nothing about anybody: the page before someone signs in, and one word for load balancers. */
export const PUBLIC_ROUTES: readonly RouteName[] = ['page', 'script', 'style', 'health'];

/** Nothing is ever changed through the API. */
export const METHODS_SERVED = ['GET', 'HEAD'] as const;
export const METHODS_REFUSED = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
