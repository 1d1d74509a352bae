import type { Unknown } from '../../model/unknown.ts';
import type { Collector } from '../collector.ts';
import { ProbeFailure } from '../failure.ts';
import { assertAnswered } from './access/refusal.ts';
import type { Sight } from './sight.ts';

const READYZ = '/readyz?verbose';
const BYTES_MAX = 64 * 1024;
/** `[+]etcd ok` or `[-]etcd failed: reason withheld`. */
const CHECK = /^\[([+-])\](\S{1,100})/gm;
const NAMED_MAX = 20;

const NOT_LISTED: Unknown = { reason: 'missing', detail: 'the API server lists no check of etcd' };

/** The API server's own checks, of etcd among others, by name: whether each passed. */
function checksIn(text: string): ReadonlyMap<string, boolean> {
  const checks = new Map([...text.matchAll(CHECK)].map(([, sign, name = '']) => [name, sign === '+']));
  if (checks.size === 0) throw new ProbeFailure('protocol', '/readyz lists no checks');
  return checks;
}

/** Whether the API server holds itself fit for requests, and which of its checks say that it is not. */
export const readyz: Collector<Sight> = {
  name: 'readyz',
  tier: 'minute',
  signals: ['kubernetes.ready', 'kubernetes.etcd.ready', 'kubernetes.checks.failed'],
  cheap: 'the API server runs the same checks for its own load balancer every few seconds',
  async collect({ cluster }) {
    const { status, text } = await cluster.text(READYZ, { bytesMax: BYTES_MAX });
    // Not ready is an answer, and says which check failed.
    if (status !== 500) assertAnswered(status);
    const checks = checksIn(text);
    const failed = [...checks].flatMap(([name, passed]) => (passed ? [] : [name]));
    const ofEtcd = [...checks].filter(([name]) => /^etcd\b/.test(name));
    const etcd = ofEtcd.every(([, passed]) => passed) ? 1 : 0;
    return {
      samples: [
        { signal: 'kubernetes.ready', value: status === 200 ? 1 : 0 },
        { signal: 'kubernetes.etcd.ready', value: ofEtcd.length === 0 ? NOT_LISTED : etcd },
        { signal: 'kubernetes.checks.failed', value: failed.length },
      ],
      facts: { failed_checks: failed.slice(0, NAMED_MAX) },
    };
  },
};
