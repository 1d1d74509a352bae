import { describe, expect, it } from 'vitest';
import { plain, resourcesOf, templateOf } from './synth.ts';

const access = {
  from: 'eks',
  cluster: 'prod',
  region: 'eu-central-1',
  endpoint: 'https://ABC.gr7.eu-central-1.eks.amazonaws.com',
  certificateAuthority: Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64'),
} as const;

const template = templateOf({ installations: [{ name: 'production', kubernetes: [{ access }] }] });

describe('the probe of logs', () => {
  it('is a function of its own that is told its minute by the schedule', () => {
    const schedules = Object.values(resourcesOf(template, 'AWS::Scheduler::Schedule')).map(
      (r) => r.Properties,
    );
    const logs = schedules.find((s) => s.Name === 'production-logs-minute');
    const target = logs?.Target as {
      readonly Input: string;
      readonly Arn: { readonly 'Fn::GetAtt': readonly [string] };
    };
    expect(plain(target.Arn['Fn::GetAtt'][0])).toBe('ProbesProbeLogs');
    expect(JSON.parse(target.Input)).toEqual({
      installation: 'production',
      tier: 'minute',
      intervalSeconds: 60,
      scheduledAt: '<aws.scheduler.scheduled-time>',
      targets: [{ kind: 'logs', id: 'logs/cluster', name: 'cluster', access, namespaces: ['prefect'] }],
    });
  });

  it('has a role that the stack tells, for an access entry of the cluster', () => {
    expect(Object.keys(template.findOutputs('LogsProbeRoleArn'))).toHaveLength(1);
    expect(Object.keys(template.findOutputs('KubernetesProbeRoleArn'))).toHaveLength(1);
  });

  it('is left out where nobody wants it', () => {
    const without = templateOf({
      installations: [{ name: 'production', kubernetes: [{ access, logs: false }] }],
    });
    const names = Object.values(resourcesOf(without, 'AWS::Scheduler::Schedule')).map(
      (r) => r.Properties.Name,
    );
    expect(names).not.toContain('production-logs-minute');
    expect(Object.keys(without.findOutputs('LogsProbeRoleArn'))).toHaveLength(0);
  });
});
