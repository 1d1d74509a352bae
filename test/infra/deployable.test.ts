import { describe, expect, it } from 'vitest';
import { assertDeployable } from '../../infra/deployable.ts';
import { parseConfig } from '../../lib/config/define.ts';
import { ConfigError } from '../../lib/config/errors.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { PRODUCTION, secretArn, stackOf } from './synth.ts';

const fromEnvironment = { from: 'environment', variable: 'PASSWORD' } as const;
const fromSecret = (arn: string) => ({ from: 'secret', arn }) as const;

const problemsOf = (input: ConfigInput) => {
  try {
    assertDeployable(parseConfig(input));
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('a configuration to deploy', () => {
  it('may name secrets by their whole ARN', () => {
    expect(problemsOf(PRODUCTION)).toEqual([]);
  });

  it('may not take credentials from the environment, wherever they stand', () => {
    const problems = problemsOf({
      installations: [
        { name: 'first', redis: [{ name: 'r', host: 'r' }] },
        {
          name: 'second',
          postgres: [
            { name: 'a', host: 'a', database: 'd', user: 'u', password: fromSecret(secretArn('a')) },
            { name: 'b', host: 'b', database: 'd', user: 'u', password: fromEnvironment },
          ],
          redis: [{ name: 'r', host: 'r', password: fromEnvironment }],
          prefect: [{ apiUrl: 'http://prefect', auth: { scheme: 'basic', credential: fromEnvironment } }],
        },
      ],
    });
    expect(problems.map((p) => p.path)).toEqual([
      'installations.1.postgres.1.password.from',
      'installations.1.redis.0.password.from',
      'installations.1.prefect.0.auth.credential.from',
    ]);
    for (const { found, allowed } of problems) {
      expect(found).toBe('"environment"');
      expect(allowed).toMatch(/"secret".*npm run check/);
    }
  });

  it.each([
    ['lacks the six characters at its end', 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:orion'],
    ['is of another service', 'arn:aws:ssm:eu-central-1:123456789012:parameter/orion-a1B2c3'],
    ['is every secret', 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:*'],
  ])('may not name a secret whose ARN %s', (_, arn) => {
    const redis = [{ name: 'r', host: 'r', password: fromSecret(arn) }];
    expect(problemsOf({ installations: [{ name: 'i', redis }] })).toEqual([
      {
        path: 'installations.0.redis.0.password.arn',
        found: `"${arn}"`,
        allowed: expect.stringContaining('whole ARN'),
      },
    ]);
  });

  it("leaves the functions' names room behind the stack's", () => {
    const named = (stackName: string) => problemsOf({ ...PRODUCTION, stackName });
    expect(named('S'.repeat(47))).toEqual([]);
    expect(named('S'.repeat(48))).toEqual([
      { path: 'stackName', found: '48 characters', allowed: expect.stringContaining('47 at most') },
    ]);
  });

  it('is checked whenever a stack is made', () => {
    const redis = [{ name: 'r', host: 'r', password: fromEnvironment }];
    expect(() => stackOf({ installations: [{ name: 'i', redis }] })).toThrow(ConfigError);
  });
});
