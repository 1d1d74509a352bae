import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { detailsOf, inShort } from '../../lib/page/details.ts';
import { OBSERVED_AT } from '../api/fixtures.ts';

type Service = Snapshot['services']['perpetual'][number];

const service = (details: Service['details'], changes: Partial<Service> = {}): Service => ({
  name: 'scheduler',
  status: 'healthy',
  last_heartbeat: OBSERVED_AT,
  details,
  error: null,
  ...changes,
});

describe('the details of a service', () => {
  it('are written with the unit that their names end in, and without what is not known', () => {
    const details = {
      overdue_seconds: 90,
      answer_ms: 1500,
      errors_percent: 0.4,
      size_bytes: 2048,
      runs_per_minute: 12.8,
      next_due: OBSERVED_AT,
      is_paused: false,
      workers: null,
    };
    expect(detailsOf(service(details))).toEqual([
      ['overdue', '1 min'],
      ['answer', '1.5 s'],
      ['errors', '0.4 %'],
      ['size', '2 KiB'],
      ['runs per minute', '12.8'],
      ['next due', OBSERVED_AT],
      ['is paused', 'false'],
    ]);
  });
});

describe('a service in short', () => {
  it('says its pace while it is well, and nothing of what is merely about to be done', () => {
    expect(inShort(service({ runs_per_minute: 12.8, work_overdue_seconds: 27 }))).toBe('12.8 runs a minute');
    expect(inShort(service({ lag: 0, pending: 1 }))).toBe('nothing waits');
    expect(inShort(service({ workers: 1 }))).toBe('');
  });

  it('says what it owes first when it is not well', () => {
    const details = { lag: 2751, pending: 1, oldest_pending_seconds: 234, not_stored_seconds: 0 };
    expect(inShort(service(details, { status: 'error' }))).toBe(
      '1 not confirmed, the oldest for 3 min, 2,751 messages wait',
    );
  });

  it('says why nothing is known', () => {
    const details = { unknown: 'permission', unknown_detail: 'XINFO is not allowed' };
    expect(inShort(service(details, { status: 'unknown' }))).toBe(
      'the probe may not read this (XINFO is not allowed)',
    );
    expect(inShort(service({ unknown: 'constructor' }))).toBe('constructor');
    expect(inShort(service({}, { status: 'error', error: 'it gave up' }))).toBe('it gave up');
  });
});
