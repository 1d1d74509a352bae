import type { SecureContextOptions } from 'node:tls';
import type { KubernetesTarget } from '../../../config/targets.ts';

/** Where an API server is, whom to trust it by, and how to say who asks. */
export interface Endpoint {
  /** Scheme, host and port, and a path where the cluster stands behind one. */
  readonly server: string;
  readonly tls: SecureContextOptions & {
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
  /** The Authorization header among them, if any: never logged. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Finds the way into a cluster. A function on AWS knows only EKS's, this machine a kubeconfig's as well: the client's
 * half that reads those stays out of the functions.
 */
export type EndpointOf = (target: Pick<KubernetesTarget, 'access'>) => Promise<Endpoint>;
