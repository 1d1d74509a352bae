import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../lib/config/define.ts';
import { targetsOf } from '../../lib/config/targets.ts';
import { problemsOf, production } from './problems.ts';

describe('a service', () => {
  const withService = (service: object) => ({ installations: [{ ...production, services: [service] }] });
  const auth = { name: 'auth', metricsUrl: 'http://auth:4300/metrics/' };

  it('is reached at exactly the address that was written, without signing in unless told', () => {
    expect(parseConfig(withService(auth)).installations[0]?.services).toEqual([
      { ...auth, auth: { scheme: 'none' }, tls: {}, findings: {} },
    ]);
  });

  it.each([
    ['an address that is none', { ...auth, metricsUrl: 'auth:4300/metrics' }, 'metricsUrl'],
    ['a password in its address', { ...auth, metricsUrl: 'http://u:p@auth/metrics' }, 'metricsUrl'],
    ['a series no exposition can have', { ...auth, series: { requests: 'a-b' } }, 'series.requests'],
  ])('is refused with %s', (_, service, path) => {
    expect(problemsOf(withService(service)).map((p) => p.path)).toEqual([
      `installations.0.services.0.${path}`,
    ]);
  });
});

describe('a service inside a cluster', () => {
  const access = {
    from: 'eks',
    cluster: 'prefect',
    region: 'eu-central-1',
    endpoint: 'https://10.0.0.1',
    certificateAuthority: Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64'),
  } as const;
  const via = { kubernetes: 'prod', namespace: 'prefect', service: 'auth', port: 4300 };
  const withService = (service: object) => ({
    installations: [{ ...production, services: [service], kubernetes: [{ name: 'prod', access }] }],
  });
  const pathsOf = (service: object) =>
    problemsOf(withService(service)).map((p) => p.path.replace('installations.0.services.0.', ''));

  it('becomes a target that knows the way into its cluster, and not the name of that', () => {
    const config = parseConfig(withService({ name: 'auth', via }));
    expect(config.installations.flatMap(targetsOf).find((t) => t.kind === 'service')).toEqual({
      kind: 'service',
      id: 'service/auth',
      name: 'auth',
      via: { access, namespace: 'prefect', service: 'auth', port: 4300, path: '/metrics' },
    });
    expect(parseConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it('names a cluster that is a target', () => {
    expect(problemsOf(withService({ name: 'auth', via: { ...via, kubernetes: 'other' } }))).toEqual([
      {
        path: 'installations.0.services.0.via.kubernetes',
        found: '"other"',
        allowed: 'the name of a target in `kubernetes`: prod',
      },
    ]);
  });

  it.each([
    ['an address as well', { metricsUrl: 'http://auth:4300/metrics' }, 'metricsUrl'],
    ['a credential, which the API server would keep', { auth: { scheme: 'none' } }, 'auth'],
    ['a path that leads out of the Service', { via: { ...via, path: '/../../secrets' } }, 'via.path'],
    ['a path with a query', { via: { ...via, path: '/metrics?x' } }, 'via.path'],
    ['no port', { via: { ...via, port: undefined } }, 'via.port'],
  ])('has not %s', (_, change, path) => {
    expect(pathsOf({ name: 'auth', via, ...change })).toEqual([path]);
  });
});
