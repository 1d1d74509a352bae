import * as v from 'valibot';
import { Host } from './fields.ts';

/**
 * `verify` checks chain and name. `ca` is a PEM file beside the config; without it the public roots are trusted, and for
 * an endpoint of RDS Amazon's own of its region. The certificates travel in the input of a schedule.
 */
export const Tls = v.variant('mode', [
  v.strictObject({ mode: v.literal('verify'), ca: v.optional(v.string()), serverName: v.optional(Host) }),
  v.strictObject({ mode: v.literal('off') }),
]);
export type Tls = Readonly<v.InferOutput<typeof Tls>>;
