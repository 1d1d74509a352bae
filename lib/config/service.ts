import * as v from 'valibot';
import { namesDiffer, TARGETS_DIFFER } from './distinct.ts';
import { HttpAddress, Name } from './fields.ts';
import { FindingOverrides } from './finding-overrides.ts';
import { HttpAuth, HttpTls } from './http-auth.ts';

const SeriesName = v.pipe(
  v.string(),
  v.maxLength(200, 'a name of 200 characters at most'),
  v.regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'the name of a metric, as the exposition has it'),
);

/**
 * What a service calls its own counts, where it follows none of the known conventions: `durations` is the histogram
 * without `_bucket`, and in milliseconds where it ends so; `statusLabel` holds `503` or `5xx`.
 */
const Series = v.strictObject({
  requests: v.optional(SeriesName),
  durations: v.optional(SeriesName),
  statusLabel: v.optional(SeriesName),
});

/** One of Prefect's web services, by the address its Prometheus metrics are at. */
export const ServiceSchema = v.strictObject({
  name: Name,
  metricsUrl: HttpAddress,
  auth: HttpAuth,
  tls: HttpTls,
  series: v.optional(Series),
  findings: FindingOverrides,
});

export const ServiceTargets = v.pipe(
  v.array(ServiceSchema),
  v.check((all) => namesDiffer(all), TARGETS_DIFFER),
);
