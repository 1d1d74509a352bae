import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { Tls } from '../config/tls.ts';

/**
 * TLS options that verify chain and name, or undefined for none. A `ca` replaces the public roots: who names one
 * trusts nothing else for this target.
 */
export function tlsOptionsOf(tls: Tls, host: string): ConnectionOptions | undefined {
  if (tls.mode === 'off') return undefined;
  const name = tls.serverName ?? host;
  return {
    rejectUnauthorized: true,
    // An address carries no server name; the certificate is then checked against the address itself.
    ...(isIP(name) === 0 && { servername: name }),
    ...(tls.ca !== undefined && { ca: tls.ca }),
  };
}
