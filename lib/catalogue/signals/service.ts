import { signalsOf } from '../signal.ts';

/** So few requests between two probes say nothing of how many fail or how long they take. */
const REQUESTS_MIN = 20;

const percentile = (quantile: number) =>
  ({
    unit: 'Milliseconds',
    nature: 'derived',
    derivation: {
      how: 'quantile',
      of: 'service.requests.within',
      bound: 'seconds',
      quantile,
      times: 1000,
      floor: REQUESTS_MIN,
    },
    help: `time within which ${quantile * 100} % of the requests since the probe before were answered`,
    from: "the service's own histogram",
  }) as const;

/** What one of Prefect's web services counts of its own requests, all routes together. */
export const SERVICE_SIGNALS = signalsOf('service')({
  'service.up': {
    metric: 'ServiceUp',
    unit: 'None',
    nature: 'gauge',
    help: '1 when the service answers a request for its metrics, 0 when it answers 5xx or not at all',
    from: 'GET of its metrics',
  },
  'service.answer_ms': {
    metric: null,
    unit: 'Milliseconds',
    nature: 'gauge',
    help: 'time to the head of that answer',
    from: 'GET of its metrics',
  },
  'service.requests': {
    metric: null,
    unit: 'Count',
    nature: 'counter',
    help: 'requests since the process started',
    from: "the service's own counter, else the count of its histogram",
  },
  'service.requests.failed': {
    metric: null,
    unit: 'Count',
    nature: 'counter',
    help: 'requests answered 5xx since the process started',
    from: "the service's own counter, else the count of its histogram",
  },
  'service.requests.within': {
    metric: null,
    unit: 'Count',
    nature: 'counter',
    label: 'seconds',
    help: 'requests answered within so many seconds since the process started, 24 bounds at most',
    from: "the service's own histogram",
  },
  'service.requests.per_second': {
    metric: 'ServiceRequests',
    unit: 'None',
    nature: 'derived',
    derivation: { how: 'rate', of: 'service.requests', times: 1 },
    help: 'requests a second since the probe before',
    from: 'service.requests',
  },
  'service.requests.failed_per_minute': {
    metric: null,
    unit: 'None',
    nature: 'derived',
    derivation: { how: 'rate', of: 'service.requests.failed', times: 60 },
    help: 'requests answered 5xx a minute since the probe before',
    from: 'service.requests.failed',
  },
  'service.requests.failed_percent': {
    metric: 'ServiceErrors',
    unit: 'Percent',
    nature: 'derived',
    derivation: {
      how: 'share',
      of: 'service.requests.failed',
      within: ['service.requests'],
      floor: REQUESTS_MIN,
    },
    help: 'share of the requests since the probe before that were answered 5xx',
    from: 'service.requests.failed and service.requests',
  },
  'service.request.duration.p50_ms': { metric: null, ...percentile(0.5) },
  'service.request.duration.p95_ms': { metric: 'ServiceRequestTimeP95', ...percentile(0.95) },
  'service.request.duration.p99_ms': { metric: null, ...percentile(0.99) },
});
