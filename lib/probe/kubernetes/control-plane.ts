import type { Collector, Sample } from '../collector.ts';
import { numberOf } from '../exposition/number.ts';
import { ExpositionReader } from '../exposition/reader.ts';
import type { Sample as Exposed } from '../exposition/sample.ts';
import { ProbeFailure } from '../failure.ts';
import { Buckets } from '../service/buckets.ts';
import type { Sight } from './sight.ts';

const METRICS = '/metrics';
const REQUESTS = 'apiserver_request_total';
const DURATIONS = 'apiserver_request_duration_seconds_bucket';
const IN_FLIGHT = 'apiserver_current_inflight_requests';
const ETCD_DURATIONS = 'etcd_request_duration_seconds_bucket';
const STARTED = 'process_start_time_seconds';
const WANTED = new Set([REQUESTS, DURATIONS, IN_FLIGHT, ETCD_DURATIONS, STARTED]);

/** A watch or a log takes as long as somebody listens: that is no latency. */
const VERBS = ['GET', 'LIST', 'POST', 'PUT', 'PATCH', 'DELETE'];
const LASTING = ['log', 'exec', 'attach', 'portforward', 'proxy'];

/** What a control plane counts, added up over its many resources. */
class Tally {
  readonly #byVerb = new Map(VERBS.map((verb) => [verb, new Buckets(1)]));
  readonly #etcd = new Buckets(1);
  #requests = 0;
  #failed = 0;
  #inFlight = 0;
  #started = '';

  readonly add = ({ name, labels, value }: Exposed): void => {
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return;
    const bound = numberOf(labels.get('le') ?? '');
    if (name === REQUESTS) {
      this.#requests += value;
      if (/^5\d\d$/.test(labels.get('code') ?? '')) this.#failed += value;
    } else if (name === IN_FLIGHT) this.#inFlight += value;
    else if (name === STARTED) this.#started = String(value);
    else if (bound === null || Number.isNaN(bound)) return;
    else if (name === ETCD_DURATIONS) this.#etcd.add(bound, value);
    else if (!LASTING.includes(labels.get('subresource') ?? ''))
      this.#byVerb.get(labels.get('verb') ?? '')?.add(bound, value);
  };

  /** There are several API servers behind one address: what one counted is not compared with another's count. */
  get samples(): readonly Sample[] {
    const process = { process: this.#started };
    const within = (signal: string, buckets: Buckets, labels: Readonly<Record<string, string>>) =>
      (buckets.all ?? []).map(([seconds, value]): Sample => {
        const bound = Number.isFinite(seconds) ? String(seconds) : '+Inf';
        return { signal, value, labels: { ...process, ...labels, seconds: bound } };
      });
    return [
      { signal: 'kubernetes.requests', value: this.#requests, labels: process },
      { signal: 'kubernetes.requests.failed', value: this.#failed, labels: process },
      { signal: 'kubernetes.requests.in_flight', value: this.#inFlight },
      ...[...this.#byVerb].flatMap(([verb, buckets]) =>
        within('kubernetes.requests.within', buckets, { verb }),
      ),
      ...within('kubernetes.etcd.requests.within', this.#etcd, {}),
    ];
  }
}

/** What the API server counts of its requests and of its own to etcd; percentiles follow from two probes. */
export const controlPlane: Collector<Sight> = {
  name: 'control plane',
  tier: 'quarter-hour',
  signals: [
    'kubernetes.requests',
    'kubernetes.requests.failed',
    'kubernetes.requests.in_flight',
    'kubernetes.requests.within',
    'kubernetes.etcd.requests.within',
  ],
  cheap: 'some 5 to 10 MB of text four times an hour, where Prometheus takes it twice a minute',
  async collect({ cluster }, abort) {
    const tally = new Tally();
    const reader = new ExpositionReader(WANTED, tally.add);
    const body = await cluster.stream(METRICS, abort);
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      reader.write(chunk);
      if (!reader.isOpen) break;
    }
    const { taken, overflow } = reader.end();
    if (overflow !== null)
      throw new ProbeFailure('failed', `/metrics is too large to be read whole (${overflow})`);
    if (taken === 0) throw new ProbeFailure('missing', '/metrics says nothing of requests');
    return { samples: tally.samples };
  },
};
