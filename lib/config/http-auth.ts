import * as v from 'valibot';
import { Credential } from './credentials.ts';

/** How a request to an HTTP target signs in: not at all, as `user:password`, or with a key. */
export const HttpAuth = v.optional(
  v.variant('scheme', [
    v.strictObject({ scheme: v.literal('none') }),
    v.strictObject({ scheme: v.literal('basic'), credential: Credential }),
    v.strictObject({ scheme: v.literal('bearer'), credential: Credential }),
  ]),
  { scheme: 'none' },
);
export type HttpAuth = Readonly<v.InferOutput<typeof HttpAuth>>;

/** Chain and name of an https address are always checked; `ca` is a PEM file beside the config, else the public roots. */
export const HttpTls = v.optional(v.strictObject({ ca: v.optional(v.string()) }), {});
