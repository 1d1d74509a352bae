/** Every path that is served, named once. `{…}` is a path parameter, as API Gateway and the router write it. */
export const ROUTES = {
  page: '/',
  script: '/main.js',
  style: '/style.css',
  health: '/health',
  installations: '/installations',
  snapshot: '/snapshot',
  metrics: '/metrics',
  runbook: '/runbooks/{finding}',
} as const;

/** Nothing is ever changed through the API. */
export const METHODS_SERVED = ['GET', 'HEAD'] as const;
export const METHODS_REFUSED = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
