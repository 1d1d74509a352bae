import { lookup } from 'node:dns/promises';
import { performance } from 'node:perf_hooks';
import { addressOfUrl } from '../../config/address.ts';
import type { NetworkTarget } from '../../config/targets.ts';
import { within } from '../budget.ts';
import type { Collector } from '../collector.ts';
import { failureOf } from '../failure.ts';
import type { Entered } from './entered.ts';

/** The system's resolver cannot be stopped; it is no longer listened to after this. */
const TIMEOUT_MS = 3_000;
const ADDRESSES_SHOWN = 8;

/** Whether the name resolves, asked as clients ask: through the resolver of the system. */
export const dns: Collector<Entered, NetworkTarget> = {
  name: 'dns',
  tier: 'minute',
  signals: ['network.dns.resolves', 'network.dns.ms', 'network.dns.addresses'],
  cheap: 'one look-up, which the resolver mostly has in its cache',
  async collect(_, __, { url }) {
    const { host } = addressOfUrl(url);
    const began = performance.now();
    try {
      const addresses = await within(TIMEOUT_MS, () => lookup(host, { all: true, order: 'verbatim' }));
      return {
        samples: [
          { signal: 'network.dns.resolves', value: 1 },
          { signal: 'network.dns.ms', value: performance.now() - began },
          { signal: 'network.dns.addresses', value: addresses.length },
        ],
        facts: {
          dns: { addresses: addresses.slice(0, ADDRESSES_SHOWN).map((a) => a.address), failure: null },
        },
      };
    } catch (error) {
      const { reason, detail } = failureOf(error);
      if (reason !== 'dns' && reason !== 'timeout') throw error;
      // That it does not resolve is the answer; how long it would have taken is not known.
      return {
        samples: [
          { signal: 'network.dns.resolves', value: 0 },
          { signal: 'network.dns.ms', value: { reason, detail } },
          { signal: 'network.dns.addresses', value: { reason, detail } },
        ],
        facts: { dns: { addresses: [], failure: detail } },
      };
    }
  },
};
