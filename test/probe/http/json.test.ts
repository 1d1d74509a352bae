import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PrefectTarget } from '../../../lib/config/targets.ts';
import { failureOf } from '../../../lib/probe/failure.ts';
import { jsonIn } from '../../../lib/probe/http/json.ts';
import { prefectApi } from '../../../lib/probe/prefect/api.ts';
import { MISPLACED } from './hostile.ts';
import { serving } from './sockets.ts';

const abort = new AbortController().signal;
const apiAt = (apiUrl: string) => {
  const target: PrefectTarget = {
    kind: 'prefect',
    id: 'prefect/server',
    name: 'server',
    apiUrl,
    auth: { scheme: 'none' },
    tls: {},
  };
  return prefectApi(target, undefined);
};
const answer = (text: string) => ({
  status: 200,
  contentType: 'application/json',
  location: '',
  text,
  elapsedMs: 1,
  clockSkewSeconds: null,
  retryAfterMs: null,
});

describe('an API that answers', () => {
  it.each(MISPLACED)('%s is told apart from one that answers', async (_, answering, reason, detail) => {
    const api = apiAt(await serving(answering));
    const refused = await api.json({ path: '/version', abort }).then(() => undefined, failureOf);
    expect(refused?.reason).toBe(reason);
    expect(refused?.detail).toMatch(detail);
  });
});

describe('JSON', () => {
  it('is read as it was written, brackets and quotes within its texts included', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        expect(jsonIn(answer(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    const tricky = ['[[[['.repeat(100), '\\"[{', '"'];
    expect(jsonIn(answer(JSON.stringify(tricky)))).toEqual(tricky);
  });

  it('nests 64 levels deep at most', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(jsonIn(answer(nested(64)))).toBeInstanceOf(Array);
    expect(() => jsonIn(answer(nested(65)))).toThrow(/deeper/);
  });

  it('of any kind is a value or a refusal, never another error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        try {
          jsonIn(answer(text));
        } catch (error) {
          expect(failureOf(error).reason).toBe('protocol');
        }
      }),
    );
  });
});
