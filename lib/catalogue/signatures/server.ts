import { type Signature, SOURCE } from './signature.ts';

/** What the API says of itself, and of who is refused by it. */
export const SERVER_SIGNATURES: readonly Signature[] = [
  {
    id: 'request-failed',
    theme: 'server',
    pattern: /Encountered exception in request:|Exception in ASGI application/,
    anchors: ['Encountered exception in request', 'Exception in ASGI application'],
    examples: [
      {
        text: '04:10:43.767 | ERROR   | prefect.server - Encountered exception in request:',
        from: 'locked-table-server',
      },
    ],
    nearMisses: ['Encountered exception during execution: ValueError'],
    meaning: 'a request to the API ended with an error 500',
  },
  {
    id: 'request-retryable',
    theme: 'server',
    pattern: /Encountered retryable exception in request:/,
    anchors: ['Encountered retryable exception'],
    examples: [
      {
        text: '04:15:01.000 | ERROR   | prefect.server - Encountered retryable exception in request:',
        from: SOURCE,
      },
    ],
    nearMisses: ['Encountered exception in response:'],
    meaning: 'a request ended with an error 503; it is only told with PREFECT_SERVER_LOG_RETRYABLE_ERRORS',
  },
  {
    id: 'server-error-answered',
    theme: 'server',
    pattern: /\bServer error '5\d\d\b/,
    anchors: ["Server error '5"],
    examples: [
      {
        text: "prefect.exceptions.PrefectHTTPStatusError: Server error '503 Service Unavailable' for url",
        from: SOURCE,
      },
      {
        text: "Server error '500 Internal Server Error' for url",
        from: 'postgres-stopped-worker',
      },
    ],
    nearMisses: ["Client error '404 Not Found' for url"],
    meaning: 'a client was answered with an error of the server',
  },
  {
    id: 'http-401',
    theme: 'auth',
    pattern: /\b401 Unauthorized\b|HTTP\/[\d.]{1,3}" 401\b|status(?:_code)?[=:"' ]{1,4}401\b/,
    anchors: ['401'],
    examples: [
      {
        text: '04:12:03.258 | INFO    | uvicorn.access - 127.0.0.1:58154 - "GET /api/work_pools/local HTTP/1.1" 401',
        from: 'auth-server',
      },
      {
        text: "Unable to determine the type of work pool 'local': Client error '401 \nUnauthorized' for url 'http://127.0.0.1:33837/api/work_pools/local' - Response: \n{'exception_message': 'Unauthorized'} - For more information check: \nhttps://developer.mozilla.org/en-US/docs/Web/HTTP/Status/401",
        from: 'auth-worker',
      },
    ],
    nearMisses: [
      '"GET /api/flow_runs/401 HTTP/1.1" 200',
      '401 runs were scheduled',
      'https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/401',
    ],
    meaning: 'somebody without, or with a wrong, password or key was refused',
  },
  {
    id: 'http-403',
    theme: 'auth',
    pattern: /\b403 Forbidden\b|HTTP\/[\d.]{1,3}" 403\b|status(?:_code)?[=:"' ]{1,4}403\b/,
    anchors: ['403'],
    examples: [
      {
        text: "prefect.exceptions.PrefectHTTPStatusError: Client error '403 Forbidden' for url",
        from: SOURCE,
      },
    ],
    nearMisses: ['403 task runs', '"GET /api/flow_runs/403 HTTP/1.1" 200'],
    meaning: 'somebody was refused: no CSRF token, or a key without the right',
  },
  {
    id: 'websocket-refused',
    theme: 'auth',
    pattern:
      /WebSocket connection (?:rejected|closed): (?:Auth required|Invalid token|Expected 'auth'|invalid|token)/i,
    anchors: ['WebSocket connection'],
    examples: [
      {
        text: '08:00:00.000 | WARNING | prefect.server.utilities.subscriptions - WebSocket connection closed: Auth required but no token received.',
        from: SOURCE,
      },
    ],
    nearMisses: ['WebSocket connection closed: going away'],
    meaning: 'a client was refused the events or logs socket: what it sends is lost',
  },
  {
    id: 'csrf-refused',
    theme: 'auth',
    pattern: /Missing CSRF token|Invalid CSRF token or client identifier/,
    anchors: ['CSRF token'],
    examples: [{ text: '{"detail":"Missing CSRF token."}', from: SOURCE }],
    nearMisses: ['CSRF tokens are off'],
    meaning: 'a client knows nothing of CSRF, or its token is over',
  },
  {
    id: 'rate-limited',
    theme: 'rate-limit',
    pattern: /\b429 Too Many Requests\b|HTTP\/[\d.]{1,3}" 429\b|status(?:_code)?[=:"' ]{1,4}429\b/,
    anchors: ['429'],
    examples: [
      {
        text: "httpx.HTTPStatusError: Client error '429 Too Many Requests' for url 'https://api.prefect.cloud/api/'",
        from: SOURCE,
      },
    ],
    nearMisses: ['429 runs were scheduled', '"GET /api/flow_runs/429 HTTP/1.1" 200'],
    meaning: 'the API asked a client to come less often',
  },
  {
    id: 'events-socket-unreachable',
    theme: 'events',
    pattern: /Otherwise event data \(including task run data\) may be lost/,
    anchors: ['including task run data'],
    examples: [
      {
        text: "04:54:22.844 | WARNING | prefect.events.clients - Unable to connect to 'ws://127.0.0.1:9/api/events/in'. Please check your network settings to ensure websocket connections to the API are allowed. Otherwise event data (including task run data) may be lost.",
        from: 'api-unreachable-worker',
      },
    ],
    nearMisses: ['No event data was lost'],
    meaning: 'a client cannot open its events socket: task runs may stay unknown',
  },
  {
    id: 'telemetry-blocked',
    theme: 'noise',
    pattern: /Failed to send telemetry:/,
    anchors: ['Failed to send telemetry'],
    examples: [
      {
        text: '08:00:00.000 | ERROR   | prefect.server.services.telemetry - Failed to send telemetry: timed out',
        from: SOURCE,
      },
    ],
    nearMisses: ['Failed to send the telemetry'],
    meaning:
      'the server may not reach the internet; harmless, PREFECT_SERVER_ANALYTICS_ENABLED=false ends it',
  },
  {
    id: 'run-state-pending',
    theme: 'submission',
    pattern: /\bstate Pending\(|\bin state 'Pending'|-> Pending\b/,
    anchors: ['Pending'],
    examples: [{ text: "Flow run 'blue-fox' - Finished in state Pending()", from: SOURCE }],
    nearMisses: ['Pending reviews are listed below', "Event 'prefect.flow-run.Pending' arrived"],
    meaning: 'a run was left PENDING',
  },
  {
    id: 'run-state-failed',
    theme: 'noise',
    pattern: /\bFinished in state Failed\(/,
    anchors: ['in state Failed'],
    examples: [
      {
        text: "04:10:05.648 | INFO    | Flow run 'vehement-coati' - Finished in state Failed('Flow run encountered an exception: ValueError: boom')",
        from: 'invalid-parameters-flow',
      },
    ],
    nearMisses: ['Finished in state Completed()', 'Failed to finish'],
    meaning: 'a flow or task failed by its own code',
  },
];
