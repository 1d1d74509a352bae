/**
 * How one library counts the requests it serves: a row for each that is known, the most exact first. To teach the probe
 * another one, add its row; a name that only one installation uses belongs into its configuration.
 */
export interface Convention {
  /** The counter of requests. Without it the histogram's own `_count` counts them. */
  readonly requests?: string;
  /** The histogram of durations, without `_bucket`. */
  readonly durations?: string;
  /** Labels that must have these values: a proxy counts what it receives and what it sends under one name. */
  readonly only?: Readonly<Record<string, string>>;
}

/** Where an answer's status stands, whoever writes it; the value is `503` or `5xx`. */
export const STATUS_LABELS: readonly string[] = [
  'status',
  'code',
  'status_code',
  'response_code',
  'http_response_status_code',
  'http_status_code',
  'http_status',
];

export const CONVENTIONS: readonly Convention[] = [
  // The name under which catalogues list it. Prefect's open-source server has no such histogram as of 3.8.
  { durations: 'prefect_server_api_request_duration_seconds' },
  // OpenTelemetry, as of its stable semantic conventions and before.
  { durations: 'http_server_request_duration_seconds' },
  { durations: 'http_server_duration_milliseconds' },
  // prometheus-fastapi-instrumentator: its second histogram has finer buckets and no labels.
  { requests: 'http_requests_total', durations: 'http_request_duration_highr_seconds' },
  { requests: 'http_requests_total', durations: 'http_request_duration_seconds' },
  // starlette-prometheus, whose requests have no status but whose responses do, and what was made of it for FastAPI.
  { requests: 'starlette_responses_total', durations: 'starlette_requests_processing_time_seconds' },
  { requests: 'fastapi_responses_total', durations: 'fastapi_requests_duration_seconds' },
  // starlette_exporter
  { requests: 'starlette_requests_total', durations: 'starlette_request_duration_seconds' },
  // Envoy beside the service, as Istio sets it up.
  {
    requests: 'istio_requests_total',
    durations: 'istio_request_duration_milliseconds',
    only: { reporter: 'destination' },
  },
];

/** What one observation of a histogram is in seconds, by its name. */
export const secondsPerUnit = (durations: string): number =>
  /_(milliseconds|ms)$/.test(durations) ? 0.001 : 1;
