import type { Snapshot } from '../model/snapshot.ts';
import { exposition } from '../publish/exposition.ts';
import { EXPOSITION_CONTENT_TYPE } from '../publish/exposition-text.ts';
import type { ApiHandler } from './http.ts';

/** The latest values of every installation, for a Prometheus that wants to scrape them. */
export const metrics =
  (current: () => Promise<readonly (Snapshot | null)[]>, now: () => Date): ApiHandler =>
  async () => {
    const known = (await current()).filter((s) => s !== null);
    return {
      statusCode: 200,
      headers: { 'content-type': EXPOSITION_CONTENT_TYPE },
      body: exposition(known, now()),
    };
  };
