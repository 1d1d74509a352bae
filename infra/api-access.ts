import { Annotations, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { PUBLIC_ROUTES, type RouteName, RUNBOOK_ROUTES } from '../lib/api/routes.ts';
import type { ApiAuth } from '../lib/config/api.ts';
import { keyOf } from './encryption.ts';

const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** How the API tells who may read, for the gateway and for the function behind it. */
export interface ApiAccess {
  readonly environment: Readonly<Record<string, string>>;
  /** Only where the function itself looks at a token. */
  readonly token?: Secret;
  /** Asked by the gateway before it passes anything on, but for `open`. */
  readonly authorizer?: IHttpRouteAuthorizer;
  /** What the gateway passes on without asking. */
  readonly open: readonly RouteName[];
}

/** Letters and digits only, so that it can be pasted into any shell. The emulator knows only the second way to say so. */
function tokenOf(scope: Construct): Secret {
  const encryptionKey = keyOf(scope);
  const token = new Secret(scope, 'Token', {
    description: 'The bearer token of the Prefect Vitals API',
    generateSecretString: { passwordLength: 40, excludePunctuation: true, excludeCharacters: PUNCTUATION },
    removalPolicy: RemovalPolicy.DESTROY,
    ...(encryptionKey && { encryptionKey }),
  });
  Validations.of(token).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'Scrapers hold this token: it is replaced by a person who tells them, and what it opens is read-only. The function takes a new value within five minutes.',
  });
  return token;
}

/**
 * A browser cannot sign requests, so that with IAM there is no page, only what load balancers and the links of alerts
 * ask for; the page of an API with JWTs takes one where it otherwise takes the token. The emulator has no authorisers and falls back to the token.
 */
export function apiAccess(scope: Construct, auth: ApiAuth, isEmulated: boolean): ApiAccess {
  if (auth === 'token' || isEmulated) {
    if (auth !== 'token') {
      Annotations.of(scope).addInfo('api.auth: left out, the emulator asks for the token instead');
    }
    const token = tokenOf(scope);
    return { environment: { TOKEN_SECRET_ARN: token.secretArn }, token, open: [] };
  }
  if (auth === 'iam') {
    return {
      environment: { ACCESS: 'iam' },
      authorizer: new HttpIamAuthorizer(),
      open: ['health', ...RUNBOOK_ROUTES],
    };
  }
  const { issuer, audience } = auth.jwt;
  return {
    environment: { ACCESS: 'jwt' },
    authorizer: new HttpJwtAuthorizer('Jwt', issuer, { jwtAudience: [...audience] }),
    open: PUBLIC_ROUTES,
  };
}
