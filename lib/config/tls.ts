import * as v from 'valibot';
import { Host } from './fields.ts';

/**
 * `verify` checks chain and name. `ca` is a PEM file beside the config; without it the public roots are trusted. For
 * RDS it is the bundle of the region (https://truststore.pki.rds.amazonaws.com/<region>/<region>-bundle.pem): its
 * certificates travel in the input of a schedule, which is too small for the global bundle.
 */
export const Tls = v.variant('mode', [
  v.strictObject({ mode: v.literal('verify'), ca: v.optional(v.string()), serverName: v.optional(Host) }),
  v.strictObject({ mode: v.literal('off') }),
]);
export type Tls = Readonly<v.InferOutput<typeof Tls>>;
