import * as v from 'valibot';
import type { Collector } from '../collector.ts';
import { assertAnswered } from './access/refusal.ts';
import type { Sight } from './sight.ts';

const VERSION = '/version';
const BYTES_MAX = 16 * 1024;

const Version = v.object({ gitVersion: v.pipe(v.string(), v.maxLength(100)) });

/** How long the API server takes for an answer it has in memory, on a connection that is open: its release. */
export const version: Collector<Sight> = {
  name: 'version',
  tier: 'minute',
  signals: ['kubernetes.api_ms'],
  cheap: 'the API server answers from memory',
  async collect({ cluster }) {
    const { status, text, elapsedMs } = await cluster.text(VERSION, { bytesMax: BYTES_MAX });
    assertAnswered(status);
    const { gitVersion } = v.parse(Version, JSON.parse(text));
    return {
      samples: [{ signal: 'kubernetes.api_ms', value: elapsedMs }],
      facts: { version: gitVersion.replace(/^v/, '') },
    };
  },
};
