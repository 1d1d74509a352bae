import * as v from 'valibot';
import type { PrefectTarget } from '../../config/targets.ts';
import type { Collector } from '../collector.ts';
import { ProbeFailure } from '../failure.ts';
import type { PrefectApi } from './api.ts';

const VERSION = '/admin/version';

/** The product's version (`/version` would say the API's). */
export const version: Collector<PrefectApi, PrefectTarget> = {
  name: 'version',
  tier: 'minute',
  signals: [],
  cheap: 'the server answers from memory',
  async collect(api, abort, { workspace }) {
    if (workspace !== undefined) throw new ProbeFailure('missing', 'a workspace tells no version');
    const text = v.parse(v.pipe(v.string(), v.maxLength(100)), await api.json({ path: VERSION, abort }));
    return { samples: [], facts: { version: text } };
  },
};
