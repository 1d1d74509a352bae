import { seenInLogs } from './log-signatures.ts';

export const connectionReset = seenInLogs(
  [
    'connection-reset',
    'httpx-read-error',
    'anyio-broken-resource',
    'broken-pipe',
    'ssl-want-read',
    'httpx-connect-error',
  ],
  {
    id: 'connection-reset',
    component: 'workers',
    title: 'Connections to the API are cut',
    thresholds: { warning: { enter: 5, leave: 2 } },
    meaning:
      'Connections between clients and the API end in the middle of a request: mostly a load balancer or proxy whose idle timeout is shorter than what the clients keep open, or a server that restarts.',
    impact:
      'Requests are tried again; those of a run that are not cost it its state, and a loop that fails three times in a row backs off.',
    remedy: [
      {
        text: 'Set the idle timeout of the load balancer above the keep-alive of clients and server, 120 s or more.',
        command:
          'aws elbv2 modify-load-balancer-attributes --load-balancer-arn <arn> --attributes Key=idle_timeout.timeout_seconds,Value=120',
      },
      {
        text: 'See whether the server pods restart.',
        command: 'kubectl get pods -n <namespace> -l app.kubernetes.io/name=prefect-server',
      },
    ],
    causes: ['prefect-api-down', 'prefect-not-ready', 'http2-protocol-error'],
    source: [
      'Prefect, api.request.duration: Connection reset errors in self-hosted Prefect agent-server communication',
    ],
  },
);
