import { once } from 'node:events';
import { createConnection } from 'node:net';
import { performance } from 'node:perf_hooks';
import { addressOfUrl } from '../../config/address.ts';
import type { NetworkTarget } from '../../config/targets.ts';
import type { Collector } from '../collector.ts';
import { ProbeFailure } from '../failure.ts';
import type { Entered } from './entered.ts';

const TIMEOUT_MS = 3_000;

/** How long TCP takes: one round trip to the load balancer, without the look-up of its name. */
export const connect: Collector<Entered, NetworkTarget> = {
  name: 'connect',
  tier: 'minute',
  signals: ['network.connect_ms'],
  cheap: 'a connection that is closed at once',
  async collect(_, abort, { url }) {
    const deadline = AbortSignal.timeout(TIMEOUT_MS);
    const socket = createConnection(addressOfUrl(url));
    let began = performance.now();
    socket.on('connectionAttempt', () => {
      began = performance.now();
    });
    try {
      await once(socket, 'connect', { signal: AbortSignal.any([deadline, abort]) });
      return { samples: [{ signal: 'network.connect_ms', value: performance.now() - began }] };
    } catch (cause) {
      if (!deadline.aborted && !abort.aborted) throw cause;
      throw new ProbeFailure('timeout', `no connection within ${TIMEOUT_MS} ms`, { cause });
    } finally {
      // What a connection given up on still has to say is of no interest, but must not go unheard.
      socket.on('error', () => undefined);
      socket.destroy();
    }
  },
};
