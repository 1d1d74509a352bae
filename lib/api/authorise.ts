import { createHash, timingSafeEqual } from 'node:crypto';
import { type ApiHandler, headerOf } from './http.ts';
import { Problem } from './problem.ts';

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
export const requireToken =
  (token: () => Promise<string>) =>
  (route: ApiHandler): ApiHandler =>
  async (event) => {
    const given = BEARER.exec(headerOf(event, 'authorization') ?? '')?.[1];
    if (given === undefined) throw refused('This needs a bearer token.', 'Bearer');
    if (!sameToken(given, await token())) {
      throw refused('This token is not valid.', 'Bearer error="invalid_token"');
    }
    return route(event);
  };
