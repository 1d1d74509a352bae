import { seenInLogs } from './log-signatures.ts';

export const http2ProtocolError = seenInLogs(
  [
    'http2-send-headers-closed',
    'h2-protocol-error',
    'httpcore-local-protocol-error',
    'httpx-local-protocol-error',
    'agent-stopped',
  ],
  {
    id: 'http2-protocol-error',
    component: 'workers',
    title: 'HTTP/2 between workers and the API breaks',
    thresholds: { critical: { enter: 1, leave: 1 } },
    meaning:
      'A worker or agent sent on an HTTP/2 connection that the API, or the load balancer before it, had closed. After three such failures in a row its loop backs off, and an agent stops.',
    impact:
      'Once it stopped, nobody fetches the runs of its pool: they become Late, while everything looks up.',
    remedy: [
      {
        text: 'Restart the worker or agent that stopped.',
        command: 'kubectl rollout restart deployment/prefect-worker -n <namespace>',
      },
      {
        text: 'Do without HTTP/2, on workers, agents and flow runs alike.',
        command: 'prefect config set PREFECT_API_ENABLE_HTTP2=false',
      },
      {
        text: 'An agent belongs replaced by a worker, which starts its loop again.',
        command: 'prefect worker start --pool <pool>',
      },
      {
        text: 'Where it has to stay an agent, start it by hand once: it says at which request it stops.',
        command: 'prefect agent start --pool <pool> --work-queue <queue>',
      },
    ],
    causes: ['prefect-api-down'],
    source: [
      'Prefect, api.request.duration: HTTP/2 protocol error causes agent to stop after failed retries',
    ],
  },
);
