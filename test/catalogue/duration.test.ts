import { expect, it } from 'vitest';
import { duration } from '../../lib/catalogue/duration.ts';

it.each([
  [0, '0 s'],
  [45.4, '45 s'],
  [90, '90 s'],
  [120, '2 min'],
  [744, '12 min'],
  [12_600, '3.5 h'],
  [619_200, '7.2 d'],
])('%d seconds are said as %s', (seconds, said) => {
  expect(duration(seconds)).toBe(said);
});
