import * as v from 'valibot';
import type { Collector } from '../collector.ts';
import type { PrefectApi } from './api.ts';

const VERSION = '/admin/version';

/** The product's version (`/version` would say the API's). */
export const version: Collector<PrefectApi> = {
  name: 'version',
  tier: 'minute',
  signals: [],
  cheap: 'the server answers from memory',
  async collect(api, abort) {
    const text = v.parse(v.pipe(v.string(), v.maxLength(100)), await api.json({ path: VERSION, abort }));
    return { samples: [], facts: { version: text } };
  },
};
