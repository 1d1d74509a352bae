import { join } from 'node:path';
import { execaNode } from 'execa';
import { expect, it } from 'vitest';
import { HOSTILE } from './hostile.ts';
import { JSON_TYPE, serving, whole } from './sockets.ts';

const MEBIBYTE = 2 ** 20;

it('whatever a server answers, asking it takes at most 64 MiB', async () => {
  const ordinary = await serving(whole('200 OK', JSON_TYPE, 'true'));
  const speaking = HOSTILE.filter(([, , reason]) => reason !== 'timeout');
  const hostile = await Promise.all(speaking.map(([_, answer]) => serving(answer)));
  const script = join(import.meta.dirname, 'asking-process.ts');
  const { stdout } = await execaNode(script, [ordinary, ...hostile]);
  const { outcomes, raisedBytes } = JSON.parse(stdout) as { outcomes: string[]; raisedBytes: number };
  expect(outcomes).toEqual(speaking.map(() => 'refused'));
  expect(raisedBytes / MEBIBYTE).toBeLessThan(64);
});
