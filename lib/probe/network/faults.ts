import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { CertificateFault } from '../../catalogue/network/facts.ts';

/** What OpenSSL calls a chain it does not trust. Dates and names are looked at apart, since it names one fault only. */
const CHAIN_FAULTS: Readonly<Record<string, CertificateFault>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted-root',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted-root',
  UNABLE_TO_GET_ISSUER_CERT: 'incomplete-chain',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'incomplete-chain',
  CERT_HAS_EXPIRED: 'issuer-expired',
  CERT_NOT_YET_VALID: 'issuer-expired',
};
const NAME_FAULT = 'ERR_TLS_CERT_ALTNAME_INVALID';
const DATE_FAULTS = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];

function dateFault(certificate: X509Certificate, now: Date): CertificateFault | undefined {
  if (now > certificate.validToDate) return 'expired';
  return now < certificate.validFromDate ? 'not-yet-valid' : undefined;
}

/** One certificate alone, of an issuer nobody knows: whether it lacks a link or a root cannot be told. */
function chainFault(
  code: string,
  certificate: X509Certificate,
  dated: boolean,
): CertificateFault | undefined {
  // The dates of the certificate itself are told already; those left are of one that signed it.
  if (dated && DATE_FAULTS.includes(code)) return undefined;
  if (code === 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' && certificate.issuerCertificate === undefined) {
    return 'incomplete-chain';
  }
  return CHAIN_FAULTS[code] ?? 'not-trusted';
}

/**
 * Everything that keeps a client from trusting a certificate, the chain first.
 *
 * @param code why the chain was not trusted, as Node calls it; undefined when it was
 * @param host the name or address the client asked for
 */
export function faultsOf(
  certificate: X509Certificate,
  code: string | undefined,
  host: string,
  now: Date,
): readonly CertificateFault[] {
  const date = dateFault(certificate, now);
  const isNamed = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
  const chain =
    code === undefined || code === NAME_FAULT ? undefined : chainFault(code, certificate, date !== undefined);
  const name = isNamed === undefined ? ('wrong-name' as const) : undefined;
  return [chain, date, name].filter((fault) => fault !== undefined);
}
