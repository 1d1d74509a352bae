import * as v from 'valibot';
import { namesDiffer, TARGETS_DIFFER } from './distinct.ts';
import { HttpAddress, Name, Port } from './fields.ts';
import { FindingOverrides } from './finding-overrides.ts';
import { HttpAuth, HttpTls } from './http-auth.ts';
import { KubernetesName } from './kubernetes.ts';

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

/** No `..`, no query: what is granted is the Service, and this stays within it. */
const MetricsPath = v.pipe(
  v.string(),
  v.maxLength(200, 'a path of 200 characters at most'),
  v.regex(/^(\/[\w~-][\w.~-]*)+\/?$/, 'a path such as /metrics, without a query'),
);

/** A Service inside a cluster of the installation, asked by way of the API server, which passes no credential on. */
const Via = v.strictObject({
  /** The name of the target in `kubernetes` whose access leads there. */
  kubernetes: Name,
  namespace: KubernetesName,
  service: KubernetesName,
  port: Port,
  path: v.optional(MetricsPath, '/metrics'),
});
export type Via = Readonly<v.InferOutput<typeof Via>>;

const OF_ANY_SERVICE = { name: Name, series: v.optional(Series), findings: FindingOverrides };

/** One of Prefect's web services, by the address its Prometheus metrics are at. */
export const ServiceAtAddress = v.strictObject({
  ...OF_ANY_SERVICE,
  metricsUrl: HttpAddress,
  auth: HttpAuth,
  tls: HttpTls,
});
/** One of Prefect's web services that only its cluster can reach. */
export const ServiceInCluster = v.strictObject({ ...OF_ANY_SERVICE, via: Via });

/** By its keys and not a union, so that a mistake is named where it is made. */
const ServiceSchema = v.lazy((input) =>
  typeof input === 'object' && input !== null && 'via' in input ? ServiceInCluster : ServiceAtAddress,
);

export const ServiceTargets = v.pipe(
  v.array(ServiceSchema),
  v.check((all) => namesDiffer(all), TARGETS_DIFFER),
);
