import { signalsOf } from '../signal.ts';

const LOOK_UP = "the system's resolver";
const REQUEST = 'GET /api/health or /health of the API, / of the UI';
const HANDSHAKE = 'a TLS handshake with nothing after it';

/** An entrance: what lies between a client and Prefect, layer by layer. */
export const NETWORK_SIGNALS = signalsOf('network')({
  'network.up': {
    metric: 'EntranceUp',
    unit: 'None',
    nature: 'gauge',
    help: '1 when a client gets an answer below 500 over a connection it trusts, else 0',
    from: REQUEST,
  },
  'network.http_status': {
    metric: null,
    unit: 'None',
    nature: 'gauge',
    help: 'status of the answer',
    from: REQUEST,
  },
  'network.answer_ms': {
    metric: null,
    unit: 'Milliseconds',
    nature: 'gauge',
    help: 'time from the look-up of the name to the whole answer',
    from: REQUEST,
  },
  'network.routed': {
    metric: null,
    unit: 'None',
    nature: 'gauge',
    help: '1 when the host leads to what it should, the API or the UI, else 0',
    from: REQUEST,
  },
  'network.dns.resolves': {
    metric: null,
    unit: 'None',
    nature: 'gauge',
    help: '1 when the name resolves, 0 when there is no such name or the name server does not answer',
    from: LOOK_UP,
  },
  'network.dns.ms': {
    metric: null,
    unit: 'Milliseconds',
    nature: 'gauge',
    help: 'time the look-up took',
    from: LOOK_UP,
  },
  'network.dns.addresses': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    help: 'addresses the name resolves to',
    from: LOOK_UP,
  },
  'network.connect_ms': {
    metric: null,
    unit: 'Milliseconds',
    nature: 'gauge',
    help: 'time TCP takes to connect: one round trip',
    from: 'a TCP connection, closed at once',
  },
  'network.tls.trusted': {
    metric: null,
    unit: 'None',
    nature: 'gauge',
    help: '1 when chain, dates and name of the certificate are what a client trusts, else 0',
    from: HANDSHAKE,
  },
  'network.tls.expires_in_days': {
    metric: 'EntranceCertificateDays',
    unit: 'None',
    nature: 'gauge',
    help: 'days until the certificate expires, negative once it has',
    from: HANDSHAKE,
  },
});
