import * as v from 'valibot';
import { namesDiffer, TARGETS_DIFFER } from './distinct.ts';
import { HttpUrl, Name } from './fields.ts';
import { FindingOverrides } from './finding-overrides.ts';
import { HttpAuth, HttpTls } from './http-auth.ts';

export const PrefectSchema = v.strictObject({
  name: v.optional(Name, 'server'),
  apiUrl: HttpUrl,
  auth: HttpAuth,
  tls: HttpTls,
  findings: FindingOverrides,
});

export const PrefectTargets = v.pipe(
  v.array(PrefectSchema),
  v.check((all) => namesDiffer(all), TARGETS_DIFFER),
);
