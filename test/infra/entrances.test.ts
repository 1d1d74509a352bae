import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { BARE, resourcesOf, templateOf } from './synth.ts';

const entrances = [
  { name: 'api', url: 'https://api.prefect.example.com', serves: 'api' as const },
  { name: 'app', url: 'https://10.0.9.9:8443', serves: 'ui' as const },
];
const network = {
  vpcId: 'vpc-0123456789abcdef0',
  subnetIds: ['subnet-00000000000000aaa'],
  dynamodbEndpoint: false,
};
const [bare] = BARE.installations;
const withEntrances = { ...BARE, network, installations: [{ ...bare, name: 'bare', entrances }] };

describe('entrances', () => {
  const template = templateOf(withEntrances);

  it('have a function and a minutely schedule of their own, that tells it where they are', () => {
    template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'PrefectVitals-probe-network' });
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'bare-network-minute',
      ScheduleExpression: 'rate(1 minute)',
      Target: Match.objectLike({ Input: Match.stringLikeRegexp('https://api.prefect.example.com') }),
    });
  });

  it('may be reached by the probes, each at its port', () => {
    const [group] = Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroup'));
    expect(group?.Properties.SecurityGroupEgress).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 }),
        expect.objectContaining({ CidrIp: '10.0.9.9/32', FromPort: 8443, ToPort: 8443 }),
      ]),
    );
  });

  it('cost nothing where there are none', () => {
    const names = Object.values(resourcesOf(templateOf(BARE), 'AWS::Lambda::Function')).map(
      (f) => f.Properties.FunctionName,
    );
    expect(names).not.toContain('PrefectVitals-probe-network');
  });

  it('that are too much for a schedule are named by where they stand', () => {
    const ca = `-----BEGIN CERTIFICATE-----\n${'A'.repeat(200_000)}`;
    const heavy = entrances.map((e) => ({ ...e, tls: { ca } }));
    const synth = () => templateOf({ ...BARE, installations: [{ name: 'bare', entrances: heavy }] });
    expect(synth).toThrow(/installations\.0\.entrances: found 2 targets/);
  });
});
