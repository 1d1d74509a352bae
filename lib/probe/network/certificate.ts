import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect, createSecureContext, rootCertificates, type SecureContext, type TLSSocket } from 'node:tls';
import type { EntranceCertificate } from '../../catalogue/network/facts.ts';
import { addressOfUrl } from '../../config/address.ts';
import type { NetworkTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Collected, Collector } from '../collector.ts';
import { ProbeFailure } from '../failure.ts';
import type { Entered } from './entered.ts';
import { faultsOf } from './faults.ts';

const TIMEOUT_MS = 3_000;
const NAMES_SHOWN = 10;
const DAY_MS = 86_400_000;

const NOT_TLS: Unknown = { reason: 'not-configured', detail: 'the entrance is http and has no certificate' };
const NO_HANDSHAKE: Unknown = { reason: 'tls', detail: 'no TLS handshake, so no certificate' };

let publicRoots: SecureContext | undefined;

/**
 * Prefect's client trusts what certifi carries, Mozilla's roots. So do those bundled with Node, unlike the roots of a
 * machine, to which an administrator may have added. Parsing them takes long enough to do it once only.
 */
function trusting(ca: string | undefined): SecureContext {
  if (ca !== undefined) return createSecureContext({ ca });
  publicRoots ??= createSecureContext({ ca: [...rootCertificates] });
  return publicRoots;
}

/**
 * Shakes hands with whoever is there, to look at a certificate that may be wrong. Nobody is verified, and so not a byte
 * is sent over the connection: whoever calls looks and closes it.
 */
async function handshake({ url, tls }: NetworkTarget, abort: AbortSignal): Promise<TLSSocket> {
  const { host, port } = addressOfUrl(url);
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  const socket = connect({
    host,
    port,
    ...(isIP(host) === 0 && { servername: host }),
    secureContext: trusting(tls.ca),
    rejectUnauthorized: false,
  });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.any([deadline, abort]) });
    return socket;
  } catch (cause) {
    socket.on('error', () => undefined);
    socket.destroy();
    if (!deadline.aborted && !abort.aborted) throw cause;
    throw new ProbeFailure('timeout', `no TLS handshake within ${TIMEOUT_MS} ms`, { cause });
  }
}

/** `DNS:api.example.com, IP Address:10.0.0.1` without its kinds. */
const namesIn = (alternatives: string | undefined): readonly string[] =>
  (alternatives ?? '')
    .split(', ')
    .slice(0, NAMES_SHOWN)
    .map((name) => name.replace(/^(DNS|IP Address):/, ''))
    .filter((name) => name !== '');

function seenIn(socket: TLSSocket, { url, tls }: NetworkTarget, now: Date): Collected {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) throw new ProbeFailure('protocol', 'the server shows no certificate');
  const error: unknown = socket.authorizationError;
  const code = socket.authorized ? undefined : String(error);
  const faults = faultsOf(certificate, code, addressOfUrl(url).host, now);
  const fact: EntranceCertificate = {
    faults: [...faults],
    trusted_by: tls.ca === undefined ? 'public' : 'configured',
    names: [...namesIn(certificate.subjectAltName)],
    issuer: certificate.issuer.replaceAll('\n', ', '),
    valid_to: certificate.validToDate.toISOString(),
    protocol: socket.getProtocol() ?? '',
  };
  const days = (certificate.validToDate.getTime() - now.getTime()) / DAY_MS;
  return {
    samples: [
      { signal: 'network.tls.trusted', value: faults.length === 0 ? 1 : 0 },
      { signal: 'network.tls.expires_in_days', value: days },
    ],
    facts: { certificate: fact },
  };
}

const isHandshakeFailure = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(ERR_SSL_|EPROTO$)/.test(String(error.code));

function withoutHandshake({ tls }: NetworkTarget): Collected {
  const trusted_by = tls.ca === undefined ? 'public' : 'configured';
  return {
    samples: [
      { signal: 'network.tls.trusted', value: 0 },
      { signal: 'network.tls.expires_in_days', value: NO_HANDSHAKE },
    ],
    facts: {
      certificate: {
        faults: ['no-handshake'],
        trusted_by,
        names: [],
        issuer: '',
        valid_to: '',
        protocol: '',
      },
    },
  };
}

/** Whether a client would trust the certificate, why not, and until when it is good. */
export const certificate: Collector<Entered, NetworkTarget> = {
  name: 'certificate',
  tier: 'minute',
  signals: ['network.tls.trusted', 'network.tls.expires_in_days'],
  cheap: 'a handshake, and nothing after it',
  async collect(_, abort, target) {
    if (!target.url.startsWith('https:')) {
      return {
        samples: [
          { signal: 'network.tls.trusted', value: NOT_TLS },
          { signal: 'network.tls.expires_in_days', value: NOT_TLS },
        ],
      };
    }
    let socket: TLSSocket;
    try {
      socket = await handshake(target, abort);
    } catch (error) {
      if (isHandshakeFailure(error)) return withoutHandshake(target);
      throw error;
    }
    try {
      return seenIn(socket, target, new Date());
    } finally {
      socket.on('error', () => undefined);
      socket.destroy();
    }
  },
};
