import { describe, expect, it } from 'vitest';
import { defineConfig } from '../../lib/config/define.ts';
import { type AssessEvent, installationsIn, isFresh } from '../../lib/run/assess.ts';
import { partitionOf, reportKey } from '../../lib/store/keys.ts';

const config = defineConfig({ installations: [{ name: 'production' }, { name: 'staging' }] });

const arrival = (installation: string): AssessEvent => ({
  Records: [
    {
      dynamodb: {
        Keys: { pk: { S: partitionOf(installation) }, sk: { S: reportKey('redis/main', 'minute') } },
      },
    },
    {
      dynamodb: {
        Keys: { pk: { S: partitionOf(installation) }, sk: { S: reportKey('redis/work', 'minute') } },
      },
    },
  ],
});

const namesIn = (event: AssessEvent) => installationsIn(event, config).map((i) => i.name);

describe('an assessment is made', () => {
  it('of every installation when the schedule asks', () => {
    expect(namesIn({ installations: 'all' })).toEqual(['production', 'staging']);
  });

  it('on schedule unless the last is so new that nobody can have fallen silent', () => {
    const last = new Date('2026-11-21T08:00:00.000Z');
    const later = (seconds: number) => new Date(last.getTime() + seconds * 1000);
    expect(isFresh(last, later(59), 60)).toBe(true);
    expect(isFresh(last, later(60), 60)).toBe(false);
    expect(isFresh(null, last, 60)).toBe(false);
  });

  it('once of an installation of which several reports arrived', () => {
    expect(namesIn(arrival('staging'))).toEqual(['staging']);
  });

  it('of no installation that is no longer configured', () => {
    expect(namesIn(arrival('retired'))).toEqual([]);
  });
});
