import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, describe, expect, it } from 'vitest';
import managed from '../../docs/examples/customer-managed.ts';
import reference from '../../docs/examples/oss-on-eks.ts';
import several from '../../docs/examples/several-installations.ts';
import { VitalsStack } from '../../infra/stack.ts';
import { parseConfig } from '../../lib/config/define.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { PRODUCTION } from './synth.ts';

const output = mkdtempSync(join(tmpdir(), 'vitals-nag-'));
afterAll(() => rmSync(output, { recursive: true }));

/** What the rules of AwsSolutions say against a stack, reasons given in the code left out. */
function violationsOf(input: ConfigInput): readonly string[] {
  const app = new App({
    outdir: mkdtempSync(join(output, 'app-')),
    context: { 'aws:cdk:bundling-stacks': [] },
    builtinCloudFormationValidation: false,
  });
  new VitalsStack(app, { config: parseConfig(input) });
  return new AwsSolutionsChecks(app)
    .validateScope(app)
    .violations.map((v) => `${v.ruleName}: ${v.description}`);
}

const [installation] = PRODUCTION.installations;
const postgres = [{ name: 'orion', host: 'db.example.com', database: 'prefect', user: 'vitals' }];
const jwt = { issuer: 'https://login.example.com', audience: ['vitals'] };
const logGroups = [
  { name: 'pods', holds: 'prefect' as const, logGroup: '/aws/containerinsights/prefect/application' },
];

describe('AwsSolutions', () => {
  it.each([
    ['the reference installation, in a VPC', reference],
    ['Customer-Managed Prefect, with a key, an endpoint and a root alarm', managed],
    ['several installations', several],
    ['targets with secrets', PRODUCTION],
    ['log groups', { installations: [{ name: 'logs', logGroups }] }],
    ['log groups of a named account', { ...PRODUCTION, installations: [{ name: 'logs', logGroups }] }],
    ['an API for roles of IAM', { ...PRODUCTION, api: { auth: 'iam' as const } }],
    ['an API for JWTs', { ...PRODUCTION, api: { auth: { jwt } } }],
    ['a key of its own', { ...PRODUCTION, encryption: 'own-key' as const }],
    [
      'alarms that call somebody',
      { ...PRODUCTION, alarms: { root: true, actions: ['arn:aws:sns:eu-central-1:123456789012:t'] } },
    ],
  ])('has nothing against %s', (_, input) => {
    expect(violationsOf(input)).toEqual([]);
  });

  it('would say so: a role that may log in to any database of the account is told of', () => {
    const anywhere = postgres.map((t) => ({
      ...t,
      password: { from: 'rds-iam', region: 'eu-central-1' } as const,
    }));
    const found = violationsOf({
      ...PRODUCTION,
      installations: [{ ...installation, name: 'production', postgres: anywhere }],
    });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/AwsSolutions-IAM5.*dbuser:\*\/vitals/);
  });
});
