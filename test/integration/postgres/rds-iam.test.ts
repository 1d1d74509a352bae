import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { passwordOf } from '../../../lib/probe/postgres/password.ts';
import { type Certificates, makeCertificates } from '../../parts/certificates.ts';
import { look } from './look.ts';
import { openServer, type Server } from './server.ts';

/**
 * RDS takes a token where PostgreSQL asks for a password in clear text over TLS. Here a server asks the same way, and
 * the role's password is the very token the probe makes at that moment.
 */
const ADDRESS = '127.0.0.1';

let server: Server;
let tls: Certificates;
beforeAll(async () => {
  tls = await makeCertificates(`IP:${ADDRESS}`);
  server = await openServer({
    settings: { ssl: 'on' },
    files: { 'server.crt': tls.cert, 'server.key': tls.key },
    rules: [`hostssl all vitals ${ADDRESS}/32 password`, `host all vitals ${ADDRESS}/32 reject`],
  });
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret of a test');
  vi.stubEnv('AWS_SESSION_TOKEN', 'token/of+a session='.repeat(40));
});
afterEach(() => void vi.useRealTimers());
afterAll(() => server?.stop());

const targetWith = (verify: Parameters<Server['target']>[1]) =>
  server.target('postgres', {
    user: 'vitals',
    password: { from: 'rds-iam', region: 'eu-central-1' },
    ...verify,
  });

describe('a login by RDS IAM', () => {
  it('sends the token as the password, over a connection whose certificate it checked', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-21T08:00:00Z') });
    const target = targetWith({ tls: { mode: 'verify', ca: tls.ca } });
    const token = await passwordOf(target);
    expect(token?.length).toBeGreaterThan(800);
    await server.admin.query(`CREATE ROLE vitals LOGIN PASSWORD '${token}'`);
    expect((await look(target, ['minute'])).value('postgres.up')).toBe(1);

    vi.setSystemTime(new Date('2026-11-21T08:00:01Z'));
    expect((await look(target, ['minute'])).unknown('postgres.up')).toBe('auth');
  });

  it('trusts whom a bundle of several authorities vouches for, as that of a region is, and nobody else', async () => {
    const another = await makeCertificates(`IP:${ADDRESS}`);
    const reasonBy = async (ca: string) =>
      (await look(targetWith({ tls: { mode: 'verify', ca } }), ['minute'])).unknown('postgres.up');
    // The role's password is the token of another moment: who gets as far as that trusts the server.
    expect(await reasonBy(`${another.ca}\n${tls.ca}`)).toBe('auth');
    expect(await reasonBy(another.ca)).toBe('tls');
  });

  it('is for the very name the certificate is for', async () => {
    const target = targetWith({ tls: { mode: 'verify', ca: tls.ca, serverName: 'orion.example.com' } });
    expect((await look(target, ['minute'])).unknown('postgres.up')).toBe('tls');
  });

  it('sends nothing to a server whose certificate nobody vouches for', async () => {
    const seen = await look(targetWith({ tls: { mode: 'verify' } }), ['minute']);
    expect(seen.unknown('postgres.up')).toBe('tls');
  });
});
