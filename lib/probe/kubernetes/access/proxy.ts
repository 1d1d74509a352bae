import type { ProxiedService } from '../../../config/kubernetes.ts';

const part = encodeURIComponent;

/** Where the API server passes a request on to a Service of its cluster; `path` is the Service's own. */
export const proxyPath = ({ namespace, name, port }: ProxiedService, path: string): string =>
  `/api/v1/namespaces/${part(namespace)}/services/${part(`${name}:${port}`)}/proxy${path}`;
