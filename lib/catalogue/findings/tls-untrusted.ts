import type { Remedy } from '../../model/finding.ts';
import type { FindingDefinition, Look } from '../finding.ts';
import {
  type CertificateFault,
  certificateIn,
  type Entrance,
  type EntranceCertificate,
  entranceIn,
} from '../network/facts.ts';
import { shellWord } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';

const OWN_AUTHORITY: Remedy = {
  text: 'Use a certificate of a public authority, or give every client the private one and name it as `tls.ca` of the entrance.',
  command: 'prefect config set PREFECT_API_SSL_CERT_FILE=<ca.pem>',
};
const WHOLE_CHAIN: Remedy = {
  text: 'Let the load balancer send the certificate together with the intermediate ones of its authority.',
};
const NEW_CERTIFICATE: Remedy = { text: 'Renew the certificate, and see why it was not renewed by itself.' };

const REMEDIES: Readonly<Record<CertificateFault, readonly Remedy[]>> = {
  'no-handshake': [
    { text: 'See that this port speaks TLS 1.2 or newer: a listener for plain HTTP does not.' },
  ],
  'self-signed': [OWN_AUTHORITY],
  'untrusted-root': [OWN_AUTHORITY],
  'incomplete-chain': [WHOLE_CHAIN, OWN_AUTHORITY],
  'issuer-expired': [WHOLE_CHAIN, NEW_CERTIFICATE],
  'not-trusted': [OWN_AUTHORITY],
  expired: [NEW_CERTIFICATE],
  'not-yet-valid': [{ text: 'Check the clock of whoever issued the certificate, or wait.' }],
  'wrong-name': [
    {
      text: 'See that the listener for this host has the certificate of this host, and that none are swapped.',
    },
  ],
};

function told(
  fault: CertificateFault,
  { names, issuer, valid_to }: EntranceCertificate,
  host: string,
): string {
  switch (fault) {
    case 'no-handshake':
      return `${host} does not shake hands in TLS`;
    case 'self-signed':
      return `${host} shows a certificate that signed itself`;
    case 'untrusted-root':
      return `the certificate of ${host} leads to an authority that is not trusted: ${issuer}`;
    case 'incomplete-chain':
      return `${host} does not send who signed its certificate (${issuer}), or that authority is private`;
    case 'issuer-expired':
      return `a certificate in the chain of ${host} is not valid today`;
    case 'not-trusted':
      return `the chain of ${host} is not trusted`;
    case 'expired':
      return `the certificate of ${host} expired at ${valid_to}`;
    case 'not-yet-valid':
      return `the certificate of ${host} is not valid yet`;
    case 'wrong-name':
      return `the certificate is for ${names.length === 0 ? 'no name' : names.join(', ')}, not for ${host}`;
  }
}

const lookAt = ({ host, port }: Entrance): Remedy => ({
  text: 'Look at what is shown.',
  command: `openssl s_client -connect ${shellWord(`${host}:${port}`)} -servername ${shellWord(host)} -showcerts </dev/null`,
});

/** Another entrance whose certificate this one is. */
const namedBy = (look: Look, names: readonly string[]) =>
  look.elsewhere('network').find(({ facts }) => names.includes(entranceIn(facts)?.host ?? ''));

export const tlsUntrusted: FindingDefinition = {
  ...MINUTELY,
  id: 'tls-untrusted',
  kinds: ['network'],
  component: 'network',
  title: 'Clients do not trust the certificate of an entrance',
  needs: ['network.tls.trusted'],
  meaning:
    "Prefect's client comes with Mozilla's list of authorities (certifi) and trusts no other unless told. Chain, dates or name of this certificate do not stand up to it.",
  impact: 'Workers, flows and the command line refuse to talk to the API. Browsers warn, or refuse as well.',
  remedy: [NEW_CERTIFICATE, WHOLE_CHAIN, OWN_AUTHORITY],
  causes: [],
  source: ['Prefect, Infrastructure services: SSL Termination'],
  judge: (look) => {
    if (look.value('network.tls.trusted') === 1) return null;
    const [entrance, certificate] = [entranceIn(look.facts), certificateIn(look.facts)];
    const signal = 'network.tls.trusted';
    if (entrance === null || certificate === null) {
      const text = `the certificate of ${look.target.id} is not trusted`;
      return { severity: 'critical', evidence: [{ text, signal, value: 0 }] };
    }
    const { faults, names } = certificate;
    const other = faults.includes('wrong-name') ? namedBy(look, names) : undefined;
    return {
      severity: 'critical',
      evidence: [
        ...faults.map((fault) => ({ text: told(fault, certificate, entrance.host), signal, value: 0 })),
        ...(other === undefined
          ? []
          : [{ text: `it is the certificate of ${other.target.id}: the two may be swapped` }]),
      ],
      remedy: [lookAt(entrance), ...new Set(faults.flatMap((fault) => REMEDIES[fault]))],
    };
  },
};
