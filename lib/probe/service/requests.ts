import type { ServiceTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Collected, Collector, Sample } from '../collector.ts';
import { type Account, ExpositionReader, LIMITS } from '../exposition/reader.ts';
import { ProbeFailure } from '../failure.ts';
import { CONVENTIONS, type Convention, STATUS_LABELS } from './conventions.ts';
import type { Scrape } from './scrape.ts';
import { Tally } from './tally.ts';

const REQUESTS = 'service.requests';
const FAILED = 'service.requests.failed';
const WITHIN = 'service.requests.within';

const NO_REQUESTS: Unknown = {
  reason: 'missing',
  detail: 'the metrics count no requests under a known name',
};
const NO_STATUS: Unknown = { reason: 'missing', detail: 'the metrics do not say how requests were answered' };
const NO_DURATIONS: Unknown = {
  reason: 'missing',
  detail: 'the metrics have no histogram of durations under a known name',
};

/** What is shown of the families a service has when none of them is known: names to put into the configuration. */
const FAMILIES_SHOWN_MAX = 40;
const COUNTING_TYPES = ['counter', 'histogram'];
const OF_THE_RUNTIME = /^(process|python|nodejs|go|promhttp)_/;

/** What the target is configured to have comes first. */
function conventionsOf({ series }: ServiceTarget): readonly Convention[] {
  if (series === undefined) return CONVENTIONS;
  const { requests, durations } = series;
  return [
    { ...(requests !== undefined && { requests }), ...(durations !== undefined && { durations }) },
    ...CONVENTIONS,
  ];
}

function statusLabelsOf({ series }: ServiceTarget): readonly string[] {
  return series?.statusLabel === undefined ? STATUS_LABELS : [series.statusLabel, ...STATUS_LABELS];
}

/**
 * A part of an exposition has lower counts than the whole: nothing is made of it.
 *
 * @throws ProbeFailure
 */
async function readWhole(scrape: Scrape, tally: Tally, abort: AbortSignal): Promise<Account> {
  const reader = new ExpositionReader(tally.wanted, (sample) => tally.add(sample));
  for await (const chunk of scrape.body) {
    if (abort.aborted || !reader.isOpen) break;
    reader.write(chunk);
  }
  const account = reader.end();
  if (account.overflow === 'bytes')
    throw new ProbeFailure('invalid', `the metrics are larger than ${LIMITS.bytes} bytes`);
  if (account.overflow === 'samples')
    throw new ProbeFailure('invalid', `the metrics have more than ${LIMITS.samples} series of requests`);
  if (scrape.contentType.startsWith('application/openmetrics-text') && !account.isEnded)
    throw new ProbeFailure('protocol', 'the metrics end before their end is marked');
  return account;
}

/**
 * Counters are labelled with the family they were read from and the process that counted, so that what another process
 * behind the same address counted is never taken for growth.
 */
function samplesOf({ requests, durations, process }: Tally): readonly Sample[] {
  const origin = (family: string) => ({ family, ...(process !== null && { process: String(process) }) });
  const counted: readonly Sample[] =
    requests === null
      ? [
          { signal: REQUESTS, value: NO_REQUESTS },
          { signal: FAILED, value: NO_REQUESTS },
        ]
      : [
          { signal: REQUESTS, value: requests.total, labels: origin(requests.family) },
          { signal: FAILED, value: requests.failed ?? NO_STATUS, labels: origin(requests.family) },
        ];
  const within: readonly Sample[] =
    durations === null
      ? [{ signal: WITHIN, value: NO_DURATIONS }]
      : durations.within.map(([seconds, count]) => ({
          signal: WITHIN,
          value: count,
          labels: {
            ...origin(durations.family),
            seconds: Number.isFinite(seconds) ? String(seconds) : '+Inf',
          },
        }));
  return [...counted, ...within];
}

/** Nothing but a time of this century is the start of a process. */
function timeOf(process: number | null): string | null {
  const [earliest, latest] = [Date.parse('2000-01-01'), Date.parse('2100-01-01')];
  const milliseconds = (process ?? 0) * 1000;
  return milliseconds > earliest && milliseconds < latest ? new Date(milliseconds).toISOString() : null;
}

function factsOf({ requests, durations, process }: Tally, account: Account): Collected['facts'] {
  const names = [...account.types].flatMap(([name, type]) =>
    COUNTING_TYPES.includes(type) && !OF_THE_RUNTIME.test(name) ? [name] : [],
  );
  return {
    process_started_at: timeOf(process),
    exposition: {
      lines: account.lines,
      bad_lines: account.bad,
      requests_from: requests?.family ?? null,
      durations_from: durations?.family ?? null,
      ...((requests === null || durations === null) && { families: names.slice(0, FAMILIES_SHOWN_MAX) }),
    },
  };
}

/** Requests, how many of them failed, and how long they took, as the service itself counts. */
export const requests: Collector<Scrape, ServiceTarget> = {
  name: 'requests',
  tier: 'minute',
  signals: [REQUESTS, FAILED, WITHIN],
  cheap: 'one scrape a minute, where Prometheus takes four',
  async collect(scrape, abort, target) {
    if (scrape.status !== 200) throw new ProbeFailure('failed', `the service answers ${scrape.status}`);
    const tally = new Tally(conventionsOf(target), statusLabelsOf(target));
    const account = await readWhole(scrape, tally, abort);
    return { samples: samplesOf(tally), facts: factsOf(tally, account) };
  },
};
