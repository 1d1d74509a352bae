import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProbeFailure } from '../../../lib/probe/failure.ts';
import { numberIn, parseInfo } from '../../../lib/probe/redis/info.ts';

describe('INFO', () => {
  it('is read field by field, headings and blank lines left out', () => {
    const fields = parseInfo('# Memory\r\nused_memory:1048576\r\nmaxmemory_policy:noeviction\r\n\r\n');
    expect([...fields]).toEqual([
      ['used_memory', '1048576'],
      ['maxmemory_policy', 'noeviction'],
    ]);
  });

  it('may hold values with colons of their own', () => {
    expect(parseInfo('executable:C:/redis').get('executable')).toBe('C:/redis');
  });

  it('that lacks a field says so instead of 0', () => {
    expect(() => numberIn(parseInfo(''), 'used_memory')).toThrow(ProbeFailure);
  });

  it.each(['', 'plenty', 'NaN', 'inf'])('with %j where a number belongs says so instead of 0', (text) => {
    expect(() => numberIn(parseInfo(`used_memory:${text}`), 'used_memory')).toThrow('invalid');
  });

  it('is read from any text without throwing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parseInfo(text) instanceof Map));
  });
});
