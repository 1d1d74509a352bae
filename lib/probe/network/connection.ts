import { addressOfUrl } from '../../config/address.ts';
import type { NetworkTarget } from '../../config/targets.ts';
import type { UnknownReason } from '../../model/unknown.ts';
import type { Sample } from '../collector.ts';
import { failureOf, type ProbeFailure } from '../failure.ts';
import type { Probe } from '../frame.ts';
import { answer } from './answer.ts';
import { certificate } from './certificate.ts';
import { connect } from './connect.ts';
import { dns } from './dns.ts';
import { type Entered, enter } from './entered.ts';

/** Each of these shuts a client out, and is a fault of the way in rather than of this probe. */
const SHUT: ReadonlySet<UnknownReason> = new Set(['dns', 'refused', 'timeout', 'tls', 'protocol']);

function upBy(failure: ProbeFailure): Sample {
  const { reason, detail } = failure;
  return { signal: 'network.up', value: SHUT.has(reason) ? 0 : { reason, detail } };
}

/** A load balancer that has nobody to ask says so with a 5xx of its own. */
function upOf(entered: Entered): Sample {
  if ('failure' in entered) return upBy(failureOf(entered.failure));
  return { signal: 'network.up', value: entered.answer.status < 500 ? 1 : 0 };
}

/**
 * Goes in once, as a client does. Where that fails the collectors are asked all the same: each layer, from the name to
 * the answer, is then looked at for itself.
 */
async function open(target: NetworkTarget, abort: AbortSignal) {
  const entered = await enter(target, abort);
  const { url, serves } = target;
  const facts = { entrance: { url, ...addressOfUrl(url), serves } };
  return { connection: entered, samples: [upOf(entered)], facts };
}

export const networkProbe: Probe<NetworkTarget, Entered> = {
  open,
  closed: (failure) => [upBy(failure)],
  signals: ['network.up'],
  collectors: [answer, dns, connect, certificate],
  classify: () => undefined,
  // There is no connection to lose: each collector makes its own.
  survives: () => true,
  discard: () => {},
  close: async () => {},
};
