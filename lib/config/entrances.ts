import * as v from 'valibot';
import { namesDiffer, TARGETS_DIFFER } from './distinct.ts';
import { HttpUrl, Name } from './fields.ts';
import { FindingOverrides } from './finding-overrides.ts';

const WithoutQuery = v.check(
  (s: string) => !/[?#]/.test(s),
  'an address without a query, such as https://api.prefect.example.com',
);

/**
 * A way in, as workers and people take it: the load balancer's own address, and what it should lead to. A server that
 * answers both under one name has two entrances with the same `url`. `tls.ca` is for a certificate that no public
 * authority signed: clients must have been told of that authority as well.
 */
export const EntranceSchema = v.strictObject({
  name: Name,
  url: v.pipe(HttpUrl, WithoutQuery),
  serves: v.picklist(['api', 'ui']),
  tls: v.optional(v.strictObject({ ca: v.optional(v.string()) }), {}),
  findings: FindingOverrides,
});

export const Entrances = v.pipe(
  v.array(EntranceSchema),
  v.check((all) => namesDiffer(all), TARGETS_DIFFER),
);
