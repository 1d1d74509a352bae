import { describe, expect, it } from 'vitest';
import { permissionsOfRole } from './statements.ts';
import { PRODUCTION, templateOf } from './synth.ts';

const iam = { from: 'elasticache-iam', region: 'eu-central-1' } as const;
const arn = (resource: string) => `arn:aws:elasticache:eu-central-1:123456789012:${resource}`;

const withRedis = (redis: NonNullable<(typeof PRODUCTION)['installations'][number]['redis']>) =>
  templateOf({ ...PRODUCTION, installations: [{ name: 'production', redis }] });

describe('a Redis that takes IAM', () => {
  const template = withRedis([
    { name: 'work', host: 'work.cache', user: 'vitals', password: { ...iam, cacheName: 'work' } },
    {
      name: 'cache',
      host: 'cache.cache',
      user: 'vitals',
      password: { ...iam, cacheName: 'cache', serverless: true },
    },
  ]);

  it('may be connected to by its probe, as the one user, and so may no other cache', () => {
    const connects = permissionsOfRole(template, 'ProbesProbeRedisRole').filter((p) =>
      p.startsWith('elasticache:'),
    );
    expect(connects).toEqual([
      `elasticache:Connect on ${arn('replicationgroup:work')}`,
      `elasticache:Connect on ${arn('serverlesscache:cache')}`,
      `elasticache:Connect on ${arn('user:vitals')}`,
    ]);
  });

  it('needs no secret', () => {
    expect(permissionsOfRole(template, 'ProbesProbeRedisRole').join()).not.toContain('secretsmanager');
  });
});
