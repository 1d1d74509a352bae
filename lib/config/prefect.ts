import * as v from 'valibot';
import { Credential } from './credentials.ts';
import { namesDiffer, TARGETS_DIFFER } from './distinct.ts';
import { HttpUrl, Name } from './fields.ts';
import { FindingOverrides } from './finding-overrides.ts';

export const PrefectSchema = v.strictObject({
  name: v.optional(Name, 'server'),
  apiUrl: HttpUrl,
  auth: v.optional(
    v.variant('scheme', [
      v.strictObject({ scheme: v.literal('none') }),
      v.strictObject({ scheme: v.literal('basic'), credential: Credential }),
      v.strictObject({ scheme: v.literal('bearer'), credential: Credential }),
    ]),
    { scheme: 'none' },
  ),
  tls: v.optional(v.strictObject({ ca: v.optional(v.string()) }), {}),
  findings: FindingOverrides,
});

export const PrefectTargets = v.pipe(
  v.array(PrefectSchema),
  v.check((all) => namesDiffer(all), TARGETS_DIFFER),
);
