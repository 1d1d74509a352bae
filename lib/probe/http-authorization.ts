import type { HttpAuth } from '../config/http-auth.ts';
import { textOf } from './secret.ts';

/** The value of the Authorization header; undefined for none. @throws ProbeFailure `auth` without the secret. */
export async function authorizationOf(auth: HttpAuth): Promise<string | undefined> {
  if (auth.scheme === 'none') return undefined;
  const text = await textOf(auth.credential);
  return auth.scheme === 'basic' ? `Basic ${Buffer.from(text).toString('base64')}` : `Bearer ${text}`;
}
