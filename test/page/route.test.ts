import { describe, expect, it } from 'vitest';
import { hashOf, isNamed, routeIn } from '../../lib/page/route.ts';
import { POSTGRES_DOWN } from '../api/fixtures.ts';

const NOTHING = { installation: null, finding: null };

describe('the address of the page', () => {
  it.each([
    ['', NOTHING],
    ['#/', NOTHING],
    ['#components', NOTHING],
    ['#/findings/', NOTHING],
    ['#/findings/%E0%A4%A', NOTHING],
    ['#/findings/redis-down', { installation: null, finding: 'redis-down' }],
    ['#/findings/redis-down%40redis%2Fmain', { installation: null, finding: 'redis-down@redis/main' }],
    ['#/findings/redis-down@redis/main', { installation: null, finding: 'redis-down@redis/main' }],
    ['#/installations/staging', { installation: 'staging', finding: null }],
    ['#/installations/staging/findings/redis-down', { installation: 'staging', finding: 'redis-down' }],
  ])('%s names what is to be shown', (hash, route) => expect(routeIn(hash)).toEqual(route));

  it.each([
    { installation: 'staging', finding: 'redis-down@redis/main' },
    { installation: null, finding: 'postgres-down@postgres/100%/a b' },
    { installation: 'a/b', finding: null },
    NOTHING,
  ])('%o comes back from the address made of it', (route) => expect(routeIn(hashOf(route))).toEqual(route));

  it('names a finding by its id or, of one target, by its key', () => {
    expect(isNamed(POSTGRES_DOWN, POSTGRES_DOWN.id)).toBe(true);
    expect(isNamed(POSTGRES_DOWN, `${POSTGRES_DOWN.id}@${POSTGRES_DOWN.target}`)).toBe(true);
    expect(isNamed(POSTGRES_DOWN, `${POSTGRES_DOWN.id}@postgres/other`)).toBe(false);
    expect(isNamed(POSTGRES_DOWN, null)).toBe(false);
  });
});
