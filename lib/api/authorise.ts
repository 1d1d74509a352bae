import { createHash, timingSafeEqual } from 'node:crypto';
import { type ApiEvent, type ApiHandler, headerOf } from './http.ts';
import { Problem } from './problem.ts';

/** Who decides whether a request may read: this function by a token, or API Gateway's authoriser before it. */
export type Access =
  | { readonly by: 'token'; token(): Promise<string> }
  | { readonly by: 'iam' }
  | { readonly by: 'jwt' };
export const GATEWAY_ACCESS = ['iam', 'jwt'] as const;

type Guard = (route: ApiHandler) => ApiHandler;

const BEARER = /^bearer +([\x21-\x7e]+) *$/i;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Digests have one length, so that neither the token's length nor its common prefix shows in the time taken. */
const sameToken = (given: string, expected: string): boolean =>
  timingSafeEqual(digest(given), digest(expected));

const refused = (detail: string, challenge: string) =>
  new Problem(401, detail, { 'www-authenticate': challenge });

/**
 * Lets a request through to the route when it carries the token as `Authorization: Bearer …`. Without one the secret
 * is not even asked for, so strangers cost no call.
 */
const requireToken =
  (token: () => Promise<string>): Guard =>
  (route) =>
  async (event) => {
    const given = BEARER.exec(headerOf(event, 'authorization') ?? '')?.[1];
    if (given === undefined) throw refused('This needs a bearer token.', 'Bearer');
    if (!sameToken(given, await token())) {
      throw refused('This token is not valid.', 'Bearer error="invalid_token"');
    }
    return route(event);
  };

/** What the gateway's authoriser of this kind found, nothing when none has been asked. */
const foundBy = (by: 'iam' | 'jwt', { requestContext }: ApiEvent): unknown =>
  'authorizer' in requestContext && typeof requestContext.authorizer === 'object' && requestContext.authorizer
    ? (requestContext.authorizer as Readonly<Record<string, unknown>>)[by]
    : undefined;

/** The gateway has turned strangers away already. Should a route ever lack its authoriser, it is closed here. */
const requireAuthoriser =
  (by: 'iam' | 'jwt'): Guard =>
  (route) =>
  async (event) => {
    const found = foundBy(by, event);
    if (typeof found !== 'object' || found === null) {
      throw refused(
        'This needs a request that the gateway has let through.',
        by === 'jwt' ? 'Bearer' : 'AWS4-HMAC-SHA256',
      );
    }
    return route(event);
  };

export const requireAccess = (access: Access): Guard =>
  access.by === 'token' ? requireToken(access.token) : requireAuthoriser(access.by);
