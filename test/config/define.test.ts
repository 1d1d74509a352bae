import { describe, expect, it } from 'vitest';
import { defineConfig, parseConfig } from '../../lib/config/define.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { targetsOf } from '../../lib/config/targets.ts';
import { postgres, problemsOf, production } from './problems.ts';

describe('a configuration', () => {
  it('needs little: what is left out gets the usual value', () => {
    const config = defineConfig({ installations: [production] });
    expect(config.installations[0]).toMatchObject({
      kind: 'oss',
      postgres: [{ port: 5432, tls: { mode: 'verify' }, roles: ['nebula', 'orion', 'events'] }],
      redis: [],
      prefect: [],
      kubernetes: [],
    });
  });

  it('of Customer-Managed Prefect looks for its queues and streams by the role of each Redis', () => {
    const redis = [
      { name: 'cache', host: 'cache', roles: ['cache' as const] },
      { name: 'work', host: 'work', roles: ['work' as const] },
      { name: 'streams', host: 'streams', roles: ['streams' as const] },
      { name: 'own', host: 'own', arqQueues: ['nebula:queue'], findStreams: false },
    ];
    const looksFor = (kind: 'oss' | 'customer-managed') =>
      defineConfig({ installations: [{ name: 'production', kind, redis }] })
        .installations.flatMap(targetsOf)
        .map((t) => (t.kind === 'redis' ? [t.arqQueues, t.findStreams] : []));
    expect(looksFor('customer-managed')).toEqual([
      [[], false],
      [['arq:queue'], false],
      [[], true],
      [['nebula:queue'], false],
    ]);
    expect(looksFor('oss').slice(0, 3)).toEqual(redis.slice(0, 3).map(() => [undefined, undefined]));
  });

  it('of Customer-Managed Prefect asks of each instance the size that Prefect does, unless another is named', () => {
    const at = { host: 'db', database: 'prefect', user: 'vitals' };
    const minimaOf = (kind: 'oss' | 'customer-managed') =>
      defineConfig({
        installations: [
          {
            name: 'production',
            kind,
            postgres: [
              { ...at, name: 'orion' },
              { ...at, name: 'events', minimum: { storageGiB: 500 } },
            ],
            redis: [
              { name: 'streams', host: 'streams', roles: ['streams'] },
              { name: 'all', host: 'all' },
              { name: 'small', host: 'small', minimum: { memoryGiB: 1 } },
            ],
          },
        ],
      })
        .installations.flatMap(targetsOf)
        .map((t) => ('minimum' in t ? t.minimum : undefined));
    const named = [{ storageGiB: 500 }, { memoryGiB: 1 }];
    expect(minimaOf('customer-managed')).toEqual([
      { storageGiB: 100 },
      named[0],
      { memoryGiB: 4 },
      { memoryGiB: 8 },
      named[1],
    ]);
    expect(minimaOf('oss').filter((m) => m !== undefined)).toEqual(named);
  });

  it('may hold several installations', () => {
    const config = defineConfig({ installations: [production, { name: 'staging' }] });
    expect(config.installations.map((i) => i.name)).toEqual(['production', 'staging']);
  });

  it('can be read again from what it became', () => {
    const input: ConfigInput = {
      installations: [{ ...production, prefect: [{ apiUrl: 'https://api.example.com/api/' }] }],
    };
    const config = defineConfig(input);
    expect(parseConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
    expect(config.installations[0]?.prefect[0]?.apiUrl).toBe('https://api.example.com/api');
  });
});

describe('a wrong configuration', () => {
  it('names the path, what was found and what is allowed', () => {
    expect(
      problemsOf({ installations: [{ ...production, postgres: [{ ...postgres, port: 70_000 }] }] }),
    ).toEqual([
      { path: 'installations.0.postgres.0.port', found: '70000', allowed: 'a whole number from 1 to 65535' },
    ]);
  });

  it('says what is missing', () => {
    const { user: _, ...nobody } = postgres;
    expect(problemsOf({ installations: [{ ...production, postgres: [nobody] }] })).toEqual([
      { path: 'installations.0.postgres.0.user', found: 'nothing', allowed: expect.stringContaining('user') },
    ]);
  });

  it('refuses a key it does not know', () => {
    expect(problemsOf({ installations: [{ ...production, postgress: [] }] })).toEqual([
      { path: 'installations.0.postgress', found: 'a list', allowed: 'no such key' },
    ]);
  });

  it('refuses an override of a finding that does not exist, and lists those that do', () => {
    const [problem] = problemsOf({
      installations: [{ ...production, findings: { 'postgres-dwon': { enabled: false } } }],
    });
    expect(problem).toMatchObject({ path: 'installations.0.findings.postgres-dwon' });
    expect(problem?.allowed).toContain('postgres-down');
  });

  it('tells everything at once', () => {
    const problems = problemsOf({
      installations: [{ name: 'Production', postgres: [{ ...postgres, host: 'https://db', port: 'x' }] }],
      region: 'europe',
      colour: 'blue',
    });
    expect(problems.map((p) => p.path).sort()).toEqual([
      'colour',
      'installations.0.name',
      'installations.0.postgres.0.host',
      'installations.0.postgres.0.port',
      'region',
    ]);
  });

  it('has installations of different names', () => {
    expect(problemsOf({ installations: [production, production] })).toEqual([
      expect.objectContaining({ path: 'installations', allowed: 'installations with different names' }),
    ]);
  });

  it('has targets of different names', () => {
    expect(problemsOf({ installations: [{ ...production, postgres: [postgres, postgres] }] })).toEqual([
      expect.objectContaining({ path: 'installations.0.postgres', allowed: 'targets with different names' }),
    ]);
  });

  const redis = { name: 'main', host: 'redis.internal' };
  const iam = { from: 'elasticache-iam', region: 'eu-central-1', cacheName: 'prefect' } as const;

  it('names each Redis once, with all of its roles', () => {
    const again = { ...redis, name: 'again', host: 'REDIS.internal', roles: ['cache'] };
    expect(problemsOf({ installations: [{ ...production, redis: [redis, again] }] })).toEqual([
      expect.objectContaining({
        path: 'installations.0.redis',
        allowed: 'each host, port and database once: one target may have several `roles`',
      }),
    ]);
    const another = { ...redis, name: 'another', database: 1 };
    expect(problemsOf({ installations: [{ ...production, redis: [redis, another] }] })).toEqual([]);
  });

  it('logs in to ElastiCache by IAM as a named user and over TLS only', () => {
    const whole = { ...redis, user: 'vitals', password: iam };
    expect(problemsOf({ installations: [{ ...production, redis: [whole] }] })).toEqual([]);
    const lacking = (change: object) =>
      problemsOf({ installations: [{ ...production, redis: [{ ...whole, ...change }] }] });
    expect(lacking({ user: undefined }).map((p) => p.path)).toEqual(['installations.0.redis.0.user']);
    expect(lacking({ tls: { mode: 'off' } }).map((p) => p.path)).toEqual(['installations.0.redis.0.tls']);
  });

  it('knows no IAM of ElastiCache where there is no Redis', () => {
    const wrong = { ...postgres, password: iam };
    expect(problemsOf({ installations: [{ ...production, postgres: [wrong] }] })).not.toEqual([]);
  });

  it('never repeats a password that was written where a reference belongs', () => {
    const input = {
      installations: [{ ...production, postgres: [{ ...postgres, password: 'hunter2-very-secret' }] }],
    };
    expect(() => parseConfig(input)).toThrow(/password/);
    expect(() => parseConfig(input)).not.toThrow(/hunter2/);
  });

  it('never repeats a password in an address', () => {
    const input = {
      installations: [{ name: 'x', prefect: [{ apiUrl: 'https://me:hunter2@api.example.com/api' }] }],
    };
    expect(() => parseConfig(input)).toThrow(/apiUrl/);
    expect(() => parseConfig(input)).not.toThrow(/hunter2/);
  });

  it('sends no token of RDS IAM over a connection that is not encrypted', () => {
    const password = { from: 'rds-iam', region: 'eu-central-1' };
    const input = (tls: object) => ({
      installations: [{ ...production, postgres: [{ ...postgres, password, tls }] }],
    });
    expect(problemsOf(input({ mode: 'verify' }))).toEqual([]);
    expect(problemsOf(input({ mode: 'off' }))).toEqual([
      {
        path: 'installations.0.postgres.0.tls.mode',
        found: '"off"',
        allowed: 'verify, since the password is a token of RDS IAM',
      },
    ]);
  });

  it('names a workspace of Prefect with its account', () => {
    const id = '9b649228-0419-40e1-9e0d-44954b5c0ab6';
    const input = (ids: object) => ({
      installations: [{ name: 'x', prefect: [{ apiUrl: 'https://api.example.com/api', ...ids }] }],
    });
    expect(problemsOf(input({ account: id, workspace: id }))).toEqual([]);
    expect(problemsOf(input({ account: id })).map((p) => p.path)).toEqual([
      'installations.0.prefect.0.workspace',
    ]);
    expect(problemsOf(input({ account: '../admin', workspace: id }))).toHaveLength(1);
  });

  it('has the API asked for runs and pools where no database tells of them', () => {
    const prefect = [{ apiUrl: 'https://api.example.com/api' }];
    const readsWork = (databases: readonly object[]) => {
      const [installation] = parseConfig({
        installations: [{ name: 'x', postgres: databases, prefect }],
      }).installations;
      return (installation === undefined ? [] : targetsOf(installation)).flatMap((target) =>
        target.kind === 'prefect' ? [target.readsWorkByApi] : [],
      );
    };
    expect(readsWork([])).toEqual([true]);
    expect(readsWork([{ ...postgres, roles: ['events'] }])).toEqual([true]);
    expect(readsWork([postgres])).toEqual([undefined]);
  });

  it('is no configuration at all', () => {
    expect(problemsOf(null)).toEqual([{ path: '(the configuration)', found: 'null', allowed: 'Object' }]);
  });

  it('has a maintenance window that ends after it begins', () => {
    const window = { from: '2026-11-21T04:00:00Z', to: '2026-11-21T02:00:00Z' };
    expect(problemsOf({ installations: [{ ...production, maintenance: [window] }] })).toHaveLength(1);
  });
});
