import { describe, expect, it } from 'vitest';
import { eksToken, endpointOnEks } from '../../../lib/probe/kubernetes/access/eks.ts';
import { endpointAnywhere } from '../../../lib/probe/kubernetes/access/kubeconfig.ts';
import { kubernetesTarget } from './watching.ts';

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const at = new Date('2026-11-21T08:00:00Z');
const CLUSTER = { cluster: 'prefect-cluster', region: 'eu-central-1' };

const urlIn = (token: string) =>
  new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString('utf8'));
const parametersOf = (url: URL) => [...url.searchParams].map(([key, value]) => `${key}=${value}`).sort();

/** As botocore signed the same request from the same keys at the same moment. */
const SIGNED = [
  'Action=GetCallerIdentity',
  'Version=2011-06-15',
  'X-Amz-Algorithm=AWS4-HMAC-SHA256',
  'X-Amz-Credential=AKIDEXAMPLE/20261121/eu-central-1/sts/aws4_request',
  'X-Amz-Date=20261121T080000Z',
  'X-Amz-Expires=60',
  'X-Amz-SignedHeaders=host;x-k8s-aws-id',
];

describe('a token for EKS', () => {
  it('is the address of a request to STS, signed together with the name of the cluster', async () => {
    const token = await eksToken(CLUSTER, { credentials: KEYS, at });
    expect(token).toMatch(/^k8s-aws-v1\.[A-Za-z0-9_-]+$/);
    const url = urlIn(token);
    expect(`${url.origin}${url.pathname}`).toBe('https://sts.eu-central-1.amazonaws.com/');
    expect(parametersOf(url)).toEqual(
      [...SIGNED, 'X-Amz-Signature=518e137e31adaae18deeb7d5e1f3452a4444e12daf4048880b3cf3e85b5b87ee'].sort(),
    );
  });

  it('carries the session of temporary credentials, which a function has, and signs it', async () => {
    const credentials = { ...KEYS, sessionToken: 'session/token+with=signs' };
    const url = urlIn(await eksToken(CLUSTER, { credentials, at }));
    expect(parametersOf(url)).toEqual(
      [
        ...SIGNED,
        'X-Amz-Security-Token=session/token+with=signs',
        'X-Amz-Signature=b09e52e5d8096ae764d805ef0f84fe3b922bd14a3c23f1b82a5283c08b2c79ce',
      ].sort(),
    );
  });

  it('opens one cluster and no other', async () => {
    const of = (cluster: string) => eksToken({ ...CLUSTER, cluster }, { credentials: KEYS, at });
    const signatureOf = (token: string) => urlIn(token).searchParams.get('X-Amz-Signature');
    expect(signatureOf(await of('another'))).not.toBe(signatureOf(await of('prefect-cluster')));
  });

  it('asks the STS of China in China', async () => {
    const url = urlIn(await eksToken({ ...CLUSTER, region: 'cn-north-1' }, { credentials: KEYS, at }));
    expect(url.host).toBe('sts.cn-north-1.amazonaws.com.cn');
  });

  it('cannot be had without credentials, which is a failure to log in', async () => {
    const none = () => Promise.reject(new Error('the shared file holds hunter2'));
    const failing = eksToken(CLUSTER, { credentials: none, at });
    await expect(failing).rejects.toMatchObject({ reason: 'auth' });
    await expect(failing).rejects.not.toThrow(/hunter2/);
  });
});

describe('a kubeconfig', () => {
  const named = (file: string) => kubernetesTarget({ access: { from: 'kubeconfig', file } });

  it('is not read on AWS', async () => {
    await expect(endpointOnEks(named('/nowhere'))).rejects.toMatchObject({ reason: 'not-configured' });
  });

  it('that is not there is a failure to log in', async () => {
    await expect(endpointAnywhere(named('/nowhere/kubeconfig'))).rejects.toMatchObject({ reason: 'auth' });
  });
});
