import { tooManyInLogs } from './log-rates.ts';

export const authErrors = tooManyInLogs(
  { signal: 'logs.auth_errors', theme: 'auth', of: 'refused logins or tokens' },
  {
    id: 'auth-errors',
    component: 'server',
    title: 'Logins to Prefect are refused',
    thresholds: { warning: { enter: 5, leave: 2 }, critical: { enter: 60, leave: 30 } },
    meaning:
      'Clients, workers or services come with a password, key or token that is refused: one was rotated in one place and not in another, or the auth service cannot check them.',
    impact:
      'On Customer-Managed Prefect every request asks the auth service first: what fails there fails in all services. A worker with a wrong key fetches no runs.',
    remedy: [
      {
        text: 'See which key or password a worker uses, and whether the server has the same.',
        command: 'prefect config view --show-secrets | grep -E "API_KEY|AUTH_STRING"',
      },
      {
        text: 'On Customer-Managed Prefect, look at the auth service first.',
        command: 'kubectl logs -n <namespace> deployment/auth --since=15m',
      },
    ],
    causes: ['postgres-down', 'redis-down', 'db-connection-errors'],
    source: ['Prefect, Monitoring the Stack: Authentication errors', 'Prefect, flow_run.count: 401'],
  },
);
