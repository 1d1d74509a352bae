import { signalsOf } from '../signal.ts';

/** What the probe's own requests tell of Prefect's API. The server itself exposes no histogram of its requests. */
export const PREFECT_REQUEST_SIGNALS = signalsOf('prefect')({
  'prefect.server.api.request.duration': {
    metric: null,
    unit: 'Milliseconds',
    nature: 'gauge',
    label: 'request',
    help: "time to the whole answer of one of the probe's own requests: health, ready, the first page of the UI's run list, the count of task runs, one work pool",
    from: 'timed requests',
  },
  'prefect.server.api.request.duration_p50': {
    metric: null,
    unit: 'Milliseconds',
    nature: 'derived',
    label: 'request',
    derivation: { how: 'percentile', of: 'prefect.server.api.request.duration', percent: 50 },
    help: 'median of the requests that were answered in the last quarter of an hour',
    from: 'timed requests',
  },
  'prefect.server.api.request.duration_p95': {
    metric: 'PrefectRequestTimeP95',
    unit: 'Milliseconds',
    nature: 'derived',
    label: 'request',
    derivation: { how: 'percentile', of: 'prefect.server.api.request.duration', percent: 95 },
    help: '95th percentile of the requests that were answered in the last quarter of an hour',
    from: 'timed requests',
  },
  'prefect.rate_limited': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    help: 'requests the API answered with 429, in this round or in the one whose Retry-After is not over yet; after the first none is sent',
    from: 'status of every answer',
  },
});
