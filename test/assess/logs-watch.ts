import { SIGNATURES } from '../../lib/catalogue/signatures/index.ts';
import { installation, type Values } from './builders.ts';

export const ACCESS = {
  from: 'eks',
  cluster: 'prod',
  region: 'eu-central-1',
  endpoint: 'https://abc.eks.amazonaws.com',
  certificateAuthority: Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64'),
} as const;

/** A cluster, the logs of whose pods are read. */
export const watched = installation({ kubernetes: [{ access: ACCESS }] });

const NONE = Object.fromEntries(SIGNATURES.map((s) => [s.id, 0]));
/** How often each signature was seen in a minute: not at all, but for these. */
export const seen = (counts: Readonly<Record<string, number>>): Values => ({
  'logs.signature': { ...NONE, ...counts },
});
