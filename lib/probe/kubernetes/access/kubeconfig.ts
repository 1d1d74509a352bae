import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { KubeconfigAccess } from '../../../config/kubernetes.ts';
import { ProbeFailure } from '../../failure.ts';
import { endpointOnEks } from './eks.ts';
import type { Endpoint, EndpointOf } from './endpoint.ts';

function loaded({ file, context }: KubeconfigAccess): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch {
    // No cause: what could not be understood may be quoted in it, a key included.
    throw new ProbeFailure('auth', 'the kubeconfig cannot be read');
  }
  if (context !== undefined) config.setCurrentContext(context);
  return config;
}

/** An Authorization header may also stand in the options as `user:password`. */
function headersOf({ headers, auth }: RequestOptions): Readonly<Record<string, string>> {
  const named = Array.isArray(headers) ? {} : (headers ?? {});
  const texts = Object.entries(named).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name.toLowerCase(), value] as const] : [],
  );
  const basic = typeof auth === 'string' && `Basic ${Buffer.from(auth).toString('base64')}`;
  return { ...Object.fromEntries(texts), ...(basic && { authorization: basic }) };
}

/**
 * The way into the cluster a kubeconfig's context names, signed in to as it says: with a token, a certificate or a
 * program such as `aws eks get-token`, which is run.
 *
 * @throws ProbeFailure `auth` when there is no such file, context or identity.
 */
async function kubeconfigEndpoint(access: KubeconfigAccess): Promise<Endpoint> {
  const config = loaded(access);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new ProbeFailure('auth', 'the kubeconfig has no cluster for its context');
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch {
    throw new ProbeFailure('auth', 'the kubeconfig gives no identity to sign in with');
  }
  const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized } = options;
  return {
    server: cluster.server.replace(/\/+$/, ''),
    tls: {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(pfx !== undefined && { pfx }),
      ...(passphrase !== undefined && { passphrase }),
      ...(servername !== undefined && { servername }),
      ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    },
    headers: headersOf(options),
  };
}

/** The way into any cluster a configuration can name, from this machine. */
export const endpointAnywhere: EndpointOf = (target) =>
  target.access.from === 'kubeconfig' ? kubeconfigEndpoint(target.access) : endpointOnEks(target);
