import type { ServiceTarget } from '../../config/targets.ts';
import type { Sample } from '../collector.ts';
import { isDown, ProbeFailure } from '../failure.ts';
import type { Probe } from '../frame.ts';
import { forget } from '../secret.ts';
import { requests } from './requests.ts';
import type { OpenScrape, Scrape } from './scrape.ts';

const EXPOSITION_TYPES = ['text/plain', 'application/openmetrics-text'];

/** What an answer that holds no exposition says; null for one that does, or that says the service is not well. */
function refusalOf({ status, contentType, contentEncoding }: Scrape): ProbeFailure | null {
  if (status === 401) return new ProbeFailure('auth', 'the service does not accept the credential (401)');
  if (status === 403) return new ProbeFailure('permission', 'the service forbids to read its metrics (403)');
  if (status === 404) return new ProbeFailure('missing', 'the service has no metrics at this path (404)');
  if (status >= 300 && status < 400)
    return new ProbeFailure('protocol', `the service redirects (${status}): give the address it leads to`);
  if (status >= 500) return null;
  if (status !== 200) return new ProbeFailure('protocol', `the service answers ${status}`);
  if (contentEncoding !== undefined && contentEncoding !== 'identity')
    return new ProbeFailure('protocol', 'the service compresses its answer unasked');
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return EXPOSITION_TYPES.includes(type)
    ? null
    : new ProbeFailure('protocol', 'the service answers no exposition text');
}

/** A 5xx comes from the service or from the proxy before it that cannot reach it: either way it is not there. */
const upOf = ({ status }: Scrape): number => (status < 500 ? 1 : 0);

function closed({ reason, detail }: ProbeFailure): readonly Sample[] {
  return [
    { signal: 'service.up', value: isDown(reason) ? 0 : { reason, detail } },
    { signal: 'service.answer_ms', value: { reason, detail } },
  ];
}

/** A probe of service metrics, whatever way leads to them. */
export const serviceProbeThrough = (openScrape: OpenScrape): Probe<ServiceTarget, Scrape> => ({
  async open(target, abort) {
    const scrape = await openScrape(target, abort);
    const refusal = refusalOf(scrape);
    if (refusal !== null) {
      scrape.discard();
      if (refusal.reason === 'auth' && 'auth' in target && target.auth.scheme !== 'none')
        forget(target.auth.credential);
      throw refusal;
    }
    const samples: readonly Sample[] = [
      { signal: 'service.up', value: upOf(scrape) },
      { signal: 'service.answer_ms', value: scrape.elapsedMs },
    ];
    return { connection: scrape, samples, facts: { metrics_status: scrape.status } };
  },
  closed,
  signals: ['service.up', 'service.answer_ms'],
  collectors: [requests],
  classify: () => undefined,
  discard: (scrape) => scrape.discard(),
  close: async (scrape) => scrape.discard(),
});
