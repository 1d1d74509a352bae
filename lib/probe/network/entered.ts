import type { NetworkTarget } from '../../config/targets.ts';
import { type Answer, ask } from '../http/ask.ts';

const API_PATHS = ['/api/health', '/health'] as const;
const UI_PATH = '/';

/** Prefect's server answers /health from memory; a load balancer that takes longer makes every client wait. */
const TIMEOUT_MS = 5_000;

/** What came of going in as a client does: the answer and the path it came from, or what stood in the way. */
export type Entered =
  | { readonly path: string; readonly answer: Answer }
  | { readonly path: string; readonly failure: unknown };

/** `apiUrl` is often copied, with its /api. */
function pathsOf({ url, serves }: NetworkTarget): readonly [string, ...string[]] {
  if (serves === 'ui') return [UI_PATH];
  return url.endsWith('/api') ? ['/health'] : API_PATHS;
}

async function enterAt(path: string, target: NetworkTarget, abort: AbortSignal): Promise<Entered> {
  try {
    const answer = await ask({
      url: `${target.url}${path}`,
      method: 'GET',
      headers: { accept: target.serves === 'ui' ? 'text/html' : 'application/json' },
      ...(target.tls.ca !== undefined && { ca: target.tls.ca }),
      timeoutMs: TIMEOUT_MS,
      abort,
    });
    return { path, answer };
  } catch (failure) {
    return { path, failure };
  }
}

/** Asks what lies behind an entrance, over a connection that a client would trust. Never throws. */
export async function enter(target: NetworkTarget, abort: AbortSignal): Promise<Entered> {
  const [usual, ...others] = pathsOf(target);
  let entered = await enterAt(usual, target, abort);
  for (const path of others) {
    if (!('answer' in entered) || entered.answer.status !== 404) break;
    entered = await enterAt(path, target, abort);
  }
  return entered;
}
