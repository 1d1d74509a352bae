import { describe, expect, it } from 'vitest';
import { presign } from '../../lib/probe/presign.ts';

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const at = new Date('2026-11-21T08:00:00Z');
const ENDPOINT = 'orion.abc123.eu-central-1.rds.amazonaws.com';

const login = (user: string, port: number) => ({
  service: 'rds-db',
  region: 'eu-central-1',
  hostname: ENDPOINT,
  port,
  query: { Action: 'connect', DBUser: user },
  expiresSeconds: 900,
});

/** Tokens as botocore's generate_db_auth_token made them from the same keys at the same moment. */
const ALGORITHM = 'X-Amz-Algorithm=AWS4-HMAC-SHA256';
const CREDENTIAL = 'X-Amz-Credential=AKIDEXAMPLE%2F20261121%2Feu-central-1%2Frds-db%2Faws4_request';
const WHEN = 'X-Amz-Date=20261121T080000Z&X-Amz-Expires=900';

describe('a signed request', () => {
  it('is the same token of RDS as another implementation makes', async () => {
    const token = await presign(login('prefect_vitals', 5432), { credentials: KEYS, at });
    expect(new Set(token.split(/[?&]/))).toEqual(
      new Set([
        `${ENDPOINT}:5432/`,
        'Action=connect',
        'DBUser=prefect_vitals',
        ALGORITHM,
        CREDENTIAL,
        ...WHEN.split('&'),
        'X-Amz-SignedHeaders=host',
        'X-Amz-Signature=56b9e12ffd927077281701349e8644abce58576882700036892567d9da4dc4ee',
      ]),
    );
  });

  it('carries the token of a session, and any name of a role', async () => {
    const credentials = { ...KEYS, sessionToken: 'session/token+with=signs' };
    const token = await presign(login("o'dd user(1)!*", 5433), { credentials, at });
    expect(token).toContain('DBUser=o%27dd%20user%281%29%21%2A');
    expect(token).toContain('X-Amz-Security-Token=session%2Ftoken%2Bwith%3Dsigns');
    expect(token).toContain(
      'X-Amz-Signature=827731e90cf47584df3e05f0c0384ad6ae489c29e5df9f511f137d0c38005b53',
    );
  });

  it('fails as a login does when there is nothing to sign with', async () => {
    const credentials = () => Promise.reject(new Error('the shared file holds hunter2'));
    const failing = presign(login('x', 5432), { credentials, at });
    await expect(failing).rejects.toMatchObject({ reason: 'auth' });
    await expect(failing).rejects.not.toThrow(/hunter2/);
  });
});
