import type { EksAccess } from '../../../config/kubernetes.ts';
import { ProbeFailure } from '../../failure.ts';
import { presign } from '../../presign.ts';
import type { Endpoint, EndpointOf } from './endpoint.ts';

/** EKS takes a token for a quarter of an hour after its signing, whatever longer time it claims. */
const VALID_SECONDS = 60;
const PREFIX = 'k8s-aws-v1.';

const stsOf = (region: string): string =>
  `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/**
 * The bearer token EKS expects: the address of a request that asks STS who signed it. The name of the cluster is signed
 * with it, so that the token opens no other. It is worked out here; the cluster sends the request, not we.
 *
 * @throws ProbeFailure `auth` when this process has no AWS credentials.
 */
export async function eksToken(
  { cluster, region }: Pick<EksAccess, 'cluster' | 'region'>,
  signing: Parameters<typeof presign>[1] = {},
): Promise<string> {
  const signed = await presign(
    {
      service: 'sts',
      region,
      hostname: stsOf(region),
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { 'x-k8s-aws-id': cluster },
      expiresSeconds: VALID_SECONDS,
    },
    signing,
  );
  return PREFIX + Buffer.from(`https://${signed}`).toString('base64url');
}

/** The way into a cluster on EKS, for a token that is already there. */
export const eksEndpoint = (access: EksAccess, token: string): Endpoint => ({
  server: access.endpoint,
  tls: { ca: Buffer.from(access.certificateAuthority, 'base64').toString('utf8') },
  headers: { authorization: `Bearer ${token}` },
});

/** @throws ProbeFailure `auth` when this process has no AWS credentials, `not-configured` for a kubeconfig. */
export const endpointOnEks: EndpointOf = async ({ access }) => {
  if (access.from !== 'eks') {
    throw new ProbeFailure('not-configured', 'a kubeconfig is read on one machine and not on AWS');
  }
  return eksEndpoint(access, await eksToken(access));
};
