import { ConfigError } from '../lib/config/errors.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The emulator's address, without a slash at its end.
 *
 * @throws ConfigError when there is none on this machine: what is made for the emulator must not reach AWS.
 */
export function emulatorEndpointFrom(url: string | undefined): string {
  if (url !== undefined && URL.canParse(url) && LOOPBACK.includes(new URL(url).hostname)) {
    return url.replace(/\/+$/, '');
  }
  throw new ConfigError([
    {
      path: 'AWS_ENDPOINT_URL',
      found: url === undefined ? 'nothing' : `"${url}"`,
      allowed: 'with the context local=true, an address on this machine such as http://localhost:4566',
    },
  ]);
}
