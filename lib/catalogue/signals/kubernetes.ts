import { signalsOf } from '../signal.ts';

/** The control plane: whether the API server answers, how fast, and what it says of itself. */
export const KUBERNETES_SIGNALS = signalsOf('kubernetes')({
  'kubernetes.up': {
    metric: 'KubernetesUp',
    unit: 'None',
    nature: 'gauge',
    help: '1 when the API server says that it lives, 0 when nothing answers or it says that it does not',
    from: 'GET /livez',
  },
  'kubernetes.api_ms': {
    metric: 'KubernetesApiTime',
    unit: 'Milliseconds',
    nature: 'gauge',
    help: 'time of a request the API server answers from memory, on a connection that is open',
    from: 'GET /version',
  },
  'kubernetes.ready': {
    metric: null,
    unit: 'None',
    nature: 'gauge',
    help: '1 when all checks of the API server pass, else 0',
    from: 'GET /readyz?verbose',
  },
  'kubernetes.etcd.ready': {
    metric: null,
    unit: 'None',
    nature: 'gauge',
    help: '1 when the API server reaches its etcd, else 0',
    from: 'GET /readyz?verbose',
  },
  'kubernetes.checks.failed': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    help: 'checks of the API server that do not pass',
    from: 'GET /readyz?verbose',
  },
});
