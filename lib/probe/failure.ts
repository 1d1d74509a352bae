import type { UnknownReason } from '../model/unknown.ts';

/**
 * Thrown when a target cannot be looked at. `detail` is ours, from a fixed vocabulary, so that nothing a server or a
 * driver says (a user name, a host, a statement) travels on; the foreign error is the `cause` and stays here.
 */
export class ProbeFailure extends Error {
  override readonly name = 'ProbeFailure';
  readonly reason: UnknownReason;
  readonly detail: string;

  constructor(reason: UnknownReason, detail: string, options?: ErrorOptions) {
    super(`${reason}: ${detail}`, options);
    this.reason = reason;
    this.detail = detail;
  }
}

type Known = readonly [UnknownReason, string];

const TLS: Known = ['tls', 'the TLS handshake failed'];

/** Codes of Node's sockets, resolver and TLS. */
const NODE_CODES: Readonly<Record<string, Known>> = {
  ECONNREFUSED: ['refused', 'nothing listens on this port'],
  EHOSTUNREACH: ['refused', 'no route to the host'],
  ENETUNREACH: ['refused', 'no route to the network'],
  EHOSTDOWN: ['refused', 'the host is down'],
  ETIMEDOUT: ['timeout', 'no answer in time'],
  ENOTFOUND: ['dns', 'the host name does not resolve'],
  EAI_AGAIN: ['dns', 'the name server does not answer'],
  ECONNRESET: ['protocol', 'the server closed the connection'],
  EPIPE: ['protocol', 'the server closed the connection'],
  EPROTO: TLS,
  ERR_TLS_CERT_ALTNAME_INVALID: ['tls', 'the certificate is for another name'],
  CERT_HAS_EXPIRED: ['tls', 'the certificate has expired'],
  CERT_NOT_YET_VALID: ['tls', 'the certificate is not valid yet'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['tls', 'the certificate is self-signed'],
  SELF_SIGNED_CERT_IN_CHAIN: ['tls', 'the chain ends in a certificate that is not trusted'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['tls', 'the chain is incomplete'],
  UNABLE_TO_GET_ISSUER_CERT: ['tls', 'the chain is incomplete'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['tls', 'the chain is incomplete or its root not trusted'],
};

/** Narrows down what a driver means; undefined leaves it to the codes every driver shares. */
export type Classify = (error: Error & { readonly code?: unknown }) => Known | undefined;

function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const inner = error instanceof AggregateError ? error.errors.flatMap(codesOf) : [];
  return [...own, ...inner, ...codesOf(error.cause)];
}

/** Turns whatever was thrown into a failure with a reason; what nobody knows is `failed`. */
export function failureOf(error: unknown, classify: Classify = () => undefined): ProbeFailure {
  if (error instanceof ProbeFailure) return error;
  const special = error instanceof Error ? classify(error) : undefined;
  if (special !== undefined) return new ProbeFailure(...special, { cause: error });
  for (const code of codesOf(error)) {
    const known =
      NODE_CODES[code] ?? (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') ? TLS : undefined);
    if (known !== undefined) return new ProbeFailure(...known, { cause: error });
  }
  return new ProbeFailure('failed', 'the probe itself failed', { cause: error });
}

/** Reasons that mean the target is down rather than that the probe could not look. */
export const isDown = (reason: UnknownReason): boolean => reason === 'refused' || reason === 'timeout';
