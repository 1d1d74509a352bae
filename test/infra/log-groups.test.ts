import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/config/errors.ts';
import { permissionsOfRole } from './statements.ts';
import { ACCOUNT, BARE, plain, REGION, resourcesOf, templateOf } from './synth.ts';

const SHIPPED = {
  name: 'cluster',
  holds: 'prefect',
  logGroup: '/aws/containerinsights/prod/application',
} as const;
const LOG = { name: 'orion', holds: 'postgres', logGroup: '/aws/rds/instance/prefect/postgresql' } as const;
const NETWORK = {
  vpcId: 'vpc-0123456789abcdef0',
  subnetIds: ['subnet-0123456789abcdef0'],
  dynamodbEndpoint: false,
};
const [bare] = BARE.installations;
const withGroups = (...logGroups: readonly (typeof SHIPPED | typeof LOG)[]) => ({
  ...BARE,
  account: ACCOUNT,
  region: REGION,
  network: NETWORK,
  installations: [{ ...bare, name: 'production', logGroups: [...logGroups] }],
});
const template = templateOf(withGroups(SHIPPED, { ...LOG, region: 'eu-west-1' } as typeof LOG));

describe('the probe of log groups', () => {
  it('may read the events of the log groups it is told, and of no other', () => {
    const arn = (region: string, name: string) => `arn::logs:${region}:${ACCOUNT}:log-group:${name}:*`;
    const read = permissionsOfRole(template, 'ProbesProbeLogGroupsRole')
      .filter((p) => !p.includes('ProbesProbeLogGroupsLog'))
      .map((p) => p.replace(/arn:[^:]*:/, 'arn::'));
    expect(read).toEqual([
      'dynamodb:PutItem on Table',
      `logs:FilterLogEvents on ${arn(REGION, SHIPPED.logGroup)}`,
      `logs:FilterLogEvents on ${arn('eu-west-1', LOG.logGroup)}`,
    ]);
  });

  it('is the one probe that is in no VPC', () => {
    const outside = Object.entries(resourcesOf(template, 'AWS::Lambda::Function'))
      .filter(([, { Properties }]) => Properties.VpcConfig === undefined)
      .map(([id]) => plain(id))
      .filter((id) => id.startsWith('ProbesProbe'));
    expect(outside).toEqual(['ProbesProbeLogGroups']);
  });

  it('is told both kinds of log groups, and its minute by the schedule', () => {
    const inputs = Object.values(resourcesOf(template, 'AWS::Scheduler::Schedule'))
      .filter(({ Properties }) => Properties.Name === 'production-log-groups-minute')
      .map(({ Properties }) => JSON.parse((Properties.Target as { readonly Input: string }).Input));
    const { holds: _, ...shipped } = SHIPPED;
    const { holds: _holds, ...log } = LOG;
    expect(inputs).toEqual([
      {
        installation: 'production',
        tier: 'minute',
        intervalSeconds: 60,
        scheduledAt: '<aws.scheduler.scheduled-time>',
        targets: [
          { kind: 'logs', id: 'logs/cluster', namespaces: [], ...shipped },
          { kind: 'postgres-log', id: 'postgres-log/orion', region: 'eu-west-1', ...log },
        ],
      },
    ]);
  });

  it('is left out where no log group is named', () => {
    expect(JSON.stringify(templateOf(withGroups()).toJSON())).not.toContain('FilterLogEvents');
  });

  it.each([
    ['two of one kind have one name', [LOG, LOG], /logGroups/],
    ['a name is none', [{ ...LOG, logGroup: 'a:b' }], /logGroups\.0\.logGroup/],
  ] as const)('cannot be deployed when %s', (_, groups, path) => {
    const deploy = () => templateOf(withGroups(...(groups as readonly (typeof LOG)[])));
    expect(deploy).toThrow(ConfigError);
    expect(deploy).toThrow(path);
  });
});
