import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { emulatorEndpointFrom } from '../../infra/emulator.ts';
import { ConfigError } from '../../lib/config/errors.ts';
import { PRODUCTION, resourcesOf, stackOf, templateOf } from './synth.ts';

const emulatorEndpoint = 'http://localhost:4566';
const network = { vpcId: 'vpc-0123456789abcdef0' };

const countsOf = (template: ReturnType<typeof templateOf>) => {
  const counts: Record<string, number> = {};
  for (const { Type } of Object.values(template.toJSON().Resources as Record<string, { Type: string }>)) {
    counts[Type] = (counts[Type] ?? 0) + 1;
  }
  return counts;
};

describe('the stack for the emulator', () => {
  it('is the stack for AWS, resource for resource, when no VPC is configured', () => {
    expect(countsOf(templateOf(PRODUCTION, { emulatorEndpoint }))).toEqual(countsOf(templateOf(PRODUCTION)));
  });

  it('leaves the VPC out, and says so', () => {
    const stack = stackOf({ ...PRODUCTION, network }, { emulatorEndpoint });
    Annotations.fromStack(stack).hasInfo('/PrefectVitals', Match.stringLikeRegexp('^network: left out'));
    const template = templateOf({ ...PRODUCTION, network }, { emulatorEndpoint });
    expect(countsOf(template)).toEqual(countsOf(templateOf(PRODUCTION)));
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::Lambda::Function'))) {
      expect(Properties).not.toHaveProperty('VpcConfig');
    }
  });

  it('leaves out what the emulator cannot make: the root alarm and mute rules', () => {
    const actions = ['arn:aws:sns:eu-central-1:123456789012:on-call'];
    const maintenance = [{ cron: '0 2 * * SUN', minutes: 60 }];
    const installations = PRODUCTION.installations.map((i) => ({ ...i, maintenance }));
    const input = { ...PRODUCTION, installations, alarms: { root: true, actions } };
    const {
      'AWS::CloudWatch::CompositeAlarm': roots,
      'AWS::CloudWatch::AlarmMuteRule': rules,
      ...others
    } = countsOf(templateOf(input));
    expect([roots, rules]).toEqual([1, 1]);
    expect(countsOf(templateOf(input, { emulatorEndpoint }))).toEqual(others);
    Annotations.fromStack(stackOf(input, { emulatorEndpoint })).hasInfo(
      '*',
      Match.stringLikeRegexp('^alarms.root: left out'),
    );
  });

  it("gives the page's address as the emulator serves it", () => {
    const { Outputs, Resources } = templateOf(PRODUCTION, { emulatorEndpoint }).toJSON();
    const [, parts] = Outputs.ApiUrl.Value['Fn::Join'];
    const apiId = Object.keys(Resources).find((id) => Resources[id].Type === 'AWS::ApiGatewayV2::Api');
    expect(parts).toEqual(['http://localhost:4566/_aws/execute-api/', { Ref: apiId }, '/$default/']);
  });
});

describe("the emulator's address", () => {
  it.each(['http://localhost:4566', 'http://127.0.0.1:5000/', 'http://[::1]:4566'])('may be %s', (url) => {
    expect(emulatorEndpointFrom(url)).toBe(url.replace(/\/$/, ''));
  });

  it.each([
    [undefined, 'nothing'],
    ['https://dynamodb.eu-central-1.amazonaws.com', '"https://dynamodb.eu-central-1.amazonaws.com"'],
    ['http://localhost.example.com:4566', '"http://localhost.example.com:4566"'],
    ['4566', '"4566"'],
  ])('may not be %s: what is made for it must not reach AWS', (url, found) => {
    expect(() => emulatorEndpointFrom(url)).toThrow(ConfigError);
    expect(() => emulatorEndpointFrom(url)).toThrow(`AWS_ENDPOINT_URL: found ${found}; allowed:`);
  });
});
