import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../lib/config/define.ts';
import { ConfigError } from '../../lib/config/errors.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { PRODUCTION, resourcesOf, templateOf } from './synth.ts';

const template = templateOf(PRODUCTION);

describe('the API', () => {
  it('has one route to one function, throttled, with an access log that holds no header and no query', () => {
    template.resourceCountIs('AWS::ApiGatewayV2::Route', 1);
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: '$default' });
    template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
    });
    const [stage] = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Stage'));
    expect(stage?.Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingBurstLimit: 20, ThrottlingRateLimit: 10 },
    });
    const accessLog = stage?.Properties.AccessLogSettings as { readonly Format: string } | undefined;
    expect(Object.values(JSON.parse(accessLog?.Format ?? '{}'))).toEqual([
      '$context.requestTime',
      '$context.requestId',
      '$context.identity.sourceIp',
      '$context.httpMethod',
      '$context.path',
      '$context.status',
      '$context.responseLength',
      '$context.responseLatency',
      '$context.integrationErrorMessage',
    ]);
  });

  it('has a token nobody chose: 40 letters and digits', () => {
    template.resourceCountIs('AWS::SecretsManager::Secret', 1);
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true },
    });
  });
});

const routesOf = (auth: NonNullable<ConfigInput['api']>['auth']) => {
  const own = templateOf({ ...PRODUCTION, api: { auth } });
  const routes = Object.values(resourcesOf(own, 'AWS::ApiGatewayV2::Route')).map(({ Properties }) => [
    Properties.RouteKey,
    Properties.AuthorizationType,
  ]);
  return { own, routes: Object.fromEntries(routes) };
};
const accessOf = (own: ReturnType<typeof templateOf>) =>
  Object.values(resourcesOf(own, 'AWS::Lambda::Function'))
    .map(({ Properties }) => Properties.Environment as { readonly Variables: Record<string, string> })
    .find(({ Variables }) => 'ACCESS' in Variables)?.Variables;

describe('an API that the gateway guards', () => {
  it('lets IAM decide about everything but the word for load balancers and the runbooks', () => {
    const { own, routes } = routesOf('iam');
    expect(routes).toEqual({
      $default: 'AWS_IAM',
      'GET /health': 'NONE',
      'HEAD /health': 'NONE',
      'GET /style.css': 'NONE',
      'HEAD /style.css': 'NONE',
      'GET /runbooks/{finding}': 'NONE',
      'HEAD /runbooks/{finding}': 'NONE',
    });
    own.resourceCountIs('AWS::SecretsManager::Secret', 0);
    expect(accessOf(own)).toMatchObject({ ACCESS: 'iam' });
    expect(accessOf(own)).not.toHaveProperty('TOKEN_SECRET_ARN');
  });

  it('asks an issuer of JWTs about everything but the empty page, the word for load balancers and the runbooks', () => {
    const jwt = { issuer: 'https://login.example.com/', audience: ['prefect-vitals'] };
    const { own, routes } = routesOf({ jwt });
    expect(routes).toEqual({
      $default: 'JWT',
      'GET /': 'NONE',
      'HEAD /': 'NONE',
      'GET /main.js': 'NONE',
      'HEAD /main.js': 'NONE',
      'GET /style.css': 'NONE',
      'HEAD /style.css': 'NONE',
      'GET /health': 'NONE',
      'HEAD /health': 'NONE',
      'GET /runbooks/{finding}': 'NONE',
      'HEAD /runbooks/{finding}': 'NONE',
    });
    own.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: jwt.issuer, Audience: jwt.audience },
    });
    expect(accessOf(own)).toMatchObject({ ACCESS: 'jwt' });
    own.resourceCountIs('AWS::SecretsManager::Secret', 0);
  });

  it('asks for the token on the emulator, which has no authorisers', () => {
    const own = templateOf(
      { ...PRODUCTION, api: { auth: 'iam' } },
      { emulatorEndpoint: 'http://127.0.0.1:4566' },
    );
    own.resourceCountIs('AWS::SecretsManager::Secret', 1);
    expect(accessOf(own)).toBeUndefined();
  });

  it('is asked of no issuer without https and for no audience at all', () => {
    const audience = ['prefect-vitals'];
    for (const jwt of [
      { issuer: 'http://login.example.com', audience },
      { issuer: 'https://a.example', audience: [] },
    ]) {
      expect(() => parseConfig({ ...PRODUCTION, api: { auth: { jwt } } })).toThrow(ConfigError);
    }
  });
});
