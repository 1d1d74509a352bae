import * as v from 'valibot';
import type { Facts } from '../../model/report.ts';

/*
 * What the probe of an entrance leaves for the findings beside its readings: data both agree on.
 */

const CERTIFICATE_FAULTS = [
  'no-handshake',
  'self-signed',
  'untrusted-root',
  'incomplete-chain',
  'issuer-expired',
  'not-trusted',
  'expired',
  'not-yet-valid',
  'wrong-name',
] as const;
export type CertificateFault = (typeof CERTIFICATE_FAULTS)[number];

const Entrance = v.object({
  url: v.string(),
  host: v.string(),
  port: v.number(),
  serves: v.picklist(['api', 'ui']),
});
export type Entrance = v.InferOutput<typeof Entrance>;

const Dns = v.object({ addresses: v.array(v.string()), failure: v.nullable(v.string()) });

const Answer = v.object({
  path: v.string(),
  status: v.number(),
  content: v.picklist(['json', 'html', 'other']),
  redirects_to: v.nullable(v.string()),
});
export type EntranceAnswer = v.InferOutput<typeof Answer>;

/** Without a handshake there is no certificate, and all but `faults` is empty. */
const Certificate = v.object({
  faults: v.array(v.picklist(CERTIFICATE_FAULTS)),
  trusted_by: v.picklist(['public', 'configured']),
  names: v.array(v.string()),
  issuer: v.string(),
  valid_to: v.string(),
  protocol: v.string(),
});
export type EntranceCertificate = v.InferOutput<typeof Certificate>;

const factOf =
  <T>(key: string, schema: v.GenericSchema<unknown, T>) =>
  (facts: Facts): T | null => {
    const parsed = v.safeParse(schema, facts[key]);
    return parsed.success ? parsed.output : null;
  };

/** Each is null where no probe said it. */
export const entranceIn = factOf('entrance', Entrance);
export const dnsIn = factOf('dns', Dns);
export const answerIn = factOf('answer', Answer);
export const certificateIn = factOf('certificate', Certificate);
