import { signalsOf } from '../signal.ts';

/** So few requests between two probes say nothing of how many fail or how long they take. */
const REQUESTS_MIN = 100;

const counted = {
  metric: null,
  unit: 'Count',
  nature: 'counter',
  tiers: ['quarter-hour'],
  from: 'GET /metrics',
} as const;

const percentile = (quantile: number, of: string) =>
  ({
    metric: null,
    unit: 'Milliseconds',
    nature: 'derived',
    tiers: ['quarter-hour'],
    derivation: { how: 'quantile', of, bound: 'seconds', quantile, times: 1000, floor: REQUESTS_MIN },
    help: `time within which ${quantile * 100} % of the requests since the probe before were answered`,
    from: of,
  }) as const;

/** What the API server counts itself, between two probes that one and the same process answered. */
export const KUBERNETES_CONTROL_PLANE_SIGNALS = signalsOf('kubernetes')({
  'kubernetes.requests': { ...counted, help: 'requests to the API server since it started' },
  'kubernetes.requests.failed': { ...counted, help: 'requests it answered 5xx since it started' },
  'kubernetes.requests.within': {
    ...counted,
    label: 'verb',
    help: 'requests it answered within so many seconds since it started, without watches and logs',
  },
  'kubernetes.etcd.requests.within': {
    ...counted,
    help: 'requests of its own that etcd answered within so many seconds since it started',
  },
  'kubernetes.requests.in_flight': {
    ...counted,
    nature: 'gauge',
    help: 'requests it works on at the moment',
  },
  'kubernetes.requests.failed_percent': {
    metric: null,
    unit: 'Percent',
    nature: 'derived',
    tiers: ['quarter-hour'],
    derivation: {
      how: 'share',
      of: 'kubernetes.requests.failed',
      within: ['kubernetes.requests'],
      floor: REQUESTS_MIN,
    },
    help: 'share of the requests since the probe before that were answered 5xx',
    from: 'kubernetes.requests.failed and kubernetes.requests',
  },
  'kubernetes.request.duration.p50_ms': percentile(0.5, 'kubernetes.requests.within'),
  'kubernetes.request.duration.p99_ms': percentile(0.99, 'kubernetes.requests.within'),
  'kubernetes.etcd.request.duration.p99_ms': percentile(0.99, 'kubernetes.etcd.requests.within'),
});
