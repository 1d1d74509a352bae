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
});
