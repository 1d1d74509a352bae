import { describe, expect, it } from 'vitest';
import reference from '../../docs/examples/oss-on-eks.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { templateOf } from './synth.ts';

interface Wildcard {
  readonly where: string;
  readonly what: string;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** Every statement of every policy of a template, wherever it stands, by the type of its resource. */
function statementsIn(
  type: string,
  value: unknown,
): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
  if (Array.isArray(value)) return value.flatMap((v) => statementsIn(type, v));
  if (!isRecord(value)) return [];
  const own = listOf(value.Statement)
    .filter(isRecord)
    .filter((s) => 'Effect' in s);
  return [
    ...own.map((s) => [type, s] as const),
    ...Object.values(value).flatMap((v) => statementsIn(type, v)),
  ];
}

/** What allows more than it names: an asterisk in an action, a resource or a principal of an Allow. */
function wildcardsOf(input: ConfigInput): readonly Wildcard[] {
  const { Resources } = templateOf(input).toJSON() as {
    readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
  };
  const found = Object.values(Resources).flatMap((resource) =>
    statementsIn(resource.Type, resource).flatMap(([type, statement]) => {
      if (statement.Effect !== 'Allow') return [];
      const said = (['Action', 'Resource', 'Principal'] as const).filter((part) =>
        JSON.stringify(statement[part] ?? '').includes('*'),
      );
      return said.length === 0
        ? []
        : [{ where: type, what: listOf(statement.Action).map(String).sort().join(' ') }];
    }),
  );
  return [...new Map(found.map((w) => [`${w.where} ${w.what}`, w])).values()];
}

const NETWORK_INTERFACES =
  'ec2:AssignPrivateIpAddresses ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:UnassignPrivateIpAddresses';

/** Every wildcard there may be, and why AWS leaves no other way. */
const ALLOWED: Readonly<Record<string, string>> = {
  'AWS::IAM::Policy cloudwatch:PutMetricData': 'metrics know no resources; a condition binds the namespace',
  'AWS::IAM::Policy cloudwatch:GetMetricData': 'metrics know no resources',
  [`AWS::IAM::Policy ${NETWORK_INTERFACES}`]:
    'Lambda attaches a function to a VPC with these before any interface has a name; its code is denied them',
  'AWS::IAM::Policy logs:FilterLogEvents': 'the log streams of the one group that is named',
  'AWS::KMS::Key kms:*':
    'in the policy of a key the resource is that key; it hands the deciding to IAM of the account',
  'AWS::KMS::Key kms:CreateGrant kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey* kms:ReEncrypt*':
    "the CDK's grant to Secrets Manager of this account, for the token: only by way of that service",
  'AWS::KMS::Key kms:Decrypt kms:GenerateDataKey': 'in the policy of a key the resource is that key',
  'AWS::KMS::Key kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey kms:ReEncryptFrom kms:ReEncryptTo':
    'in the policy of a key the resource is that key',
  'AWS::IAM::Policy kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey kms:GenerateDataKey* kms:ReEncrypt*':
    "the CDK's grant of an encrypted queue: pairs of actions, on the stack's one key",
};

const keysOf = (input: ConfigInput) => wildcardsOf(input).map((w) => `${w.where} ${w.what}`);

const withLogGroups: ConfigInput = {
  ...reference,
  encryption: 'own-key',
  installations: reference.installations.map((i) => ({
    ...i,
    logGroups: [{ name: 'pods', holds: 'prefect', logGroup: '/aws/containerinsights/prefect/application' }],
  })),
};

describe('a wildcard in the template', () => {
  it.each([
    ['the reference installation', reference],
    ['a key of its own', { ...reference, encryption: 'own-key' as const }],
    ['log groups', withLogGroups],
  ])('is one of those with a reason, in %s', (_, input) => {
    expect(keysOf(input).filter((key) => !(key in ALLOWED))).toEqual([]);
  });

  it('is found where there is one: every reason is of one that is really there', () => {
    expect(keysOf(withLogGroups).sort()).toEqual(Object.keys(ALLOWED).sort());
  });
});
