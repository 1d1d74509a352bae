import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIGNATURES } from '../../../lib/catalogue/signatures/index.ts';
import { LINE_BYTES_MAX } from '../../../lib/probe/logs/lines.ts';
import { countsIn, fixture, scanned } from './reading.ts';

/** What is found where Prefect 3.8.8 lost what it lives on. */
const PRINTED = [
  ['pool-exhausted-server-3.8.8', { 'db-pool-exhausted': 3, 'request-failed': 3 }],
  ['pool-exhausted-server-colour-3.8.8', { 'db-pool-exhausted': 2, 'request-failed': 2 }],
  ['pool-exhausted-server-json-3.8.8', { 'db-pool-exhausted': 2, 'request-failed': 2 }],
  ['locked-table-services-3.8.8', { 'db-command-timeout': 2, 'docket-task-failed': 2, 'message-failed': 6 }],
  ['connection-reset-client-3.8.8', { 'httpx-read-error': 3, 'loop-failed-attempts': 2, 'loop-gave-up': 1 }],
  ['read-timeout-client-3.8.8', { 'httpx-read-timeout': 1, 'submission-failed': 1 }],
  ['auth-server-3.8.8', { 'http-401': 8 }],
  ['auth-worker-3.8.8', { 'http-401': 1 }],
  ['abort-worker-3.8.8', { 'abort-already-pending': 1 }],
  ['invalid-parameters-flow-3.8.8', { 'invalid-parameters': 2, 'run-state-failed': 2 }],
  ['poisoned-message-services-3.8.8', { 'message-failed': 15 }],
  ['postgres-full-server-3.8.8', { 'db-too-many-connections': 1, 'docket-task-failed': 1 }],
  ['postgres-stopped-worker-3.8.8', { 'server-error-answered': 8, 'state-update-failed': 2 }],
] as const;

const at = (seconds: number) => new Date(Date.parse('2026-11-21T08:00:00Z') + seconds * 1000).toISOString();
const MINUTE = { from: Date.parse(at(0)), to: Date.parse(at(60)) };

describe('the scan of a log', () => {
  it.each(PRINTED)('finds in %s what Prefect printed there', (name, expected) => {
    expect(countsIn(scanned(fixture(name)))).toEqual(expected);
  });

  it('finds the same wherever the bytes are cut', () => {
    const log = fixture('redis-stopped-services-3.8.8');
    const whole = scanned(log, null, log.length);
    for (const pieceBytes of [1, 7, 1000]) expect(scanned(log, null, pieceBytes)).toEqual(whole);
  });

  it('counts what the server tells twice once', () => {
    const twice = fixture('pool-exhausted-server-3.8.8').toString();
    expect(twice.match(/QueuePool limit of size/g)?.length).toBeGreaterThan(3);
    expect(scanned(twice).errors).toBe(3);
    const asgi =
      '08:00:00.000 | ERROR   | uvicorn.error - Exception in ASGI application\nTraceback (most recent call last):\n  x\nKeyError: 1';
    expect(countsIn(scanned(asgi))).toEqual({ 'request-failed': 1 });
  });

  it('counts an event that shows two signatures of one theme once in that theme', () => {
    const { themes } = scanned(
      'h2.exceptions.ProtocolError: Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED',
    );
    expect(themes).toEqual(new Map([['http2', 1]]));
  });

  it('tells when a signature was first and last seen, and shows the first', () => {
    const log = [0.5, 1, 59.9].map((s, n) => `${at(s)} Failed the last ${n + 3} attempts.`).join('\n');
    expect(scanned(log, MINUTE).sightings).toEqual([
      {
        signature: 'loop-failed-attempts',
        count: 3,
        firstAt: MINUTE.from + 500,
        lastAt: MINUTE.from + 59_900,
        sample: 'Failed the last 3 attempts.',
      },
    ]);
  });
});

describe('the scan of a log in which anything may stand', () => {
  it('cuts a line of a megabyte, and goes on with the next', () => {
    const long = `Failed the last 3 attempts ${'x'.repeat(1024 * 1024)}Agent stopped!`;
    expect(countsIn(scanned(`${long}\nAgent stopped!\n`))).toEqual({
      'loop-failed-attempts': 1,
      'agent-stopped': 1,
    });
    expect(LINE_BYTES_MAX).toBeLessThan(1024 * 1024);
  });

  it('reads on after what is no text', () => {
    const binary = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 37) % 256));
    const log = Buffer.concat([binary, Buffer.from('\nAgent stopped!\n\xff\xfe', 'latin1')]);
    expect(countsIn(scanned(log))).toEqual({ 'agent-stopped': 1 });
  });

  it('takes any bytes, in any pieces, for the same log', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 50 }), (bytes, pieceBytes) => {
        const log = Buffer.from(bytes);
        expect(scanned(log, null, pieceBytes)).toEqual(scanned(log, null, 1000));
      }),
    );
  });

  it('comes to an end with lines that begin like a signature again and again', () => {
    for (const anchor of SIGNATURES.flatMap((s) => s.anchors)) {
      const log = `${anchor.repeat(20_000).slice(0, 100_000)}\n${`${anchor} `.repeat(2000)}\n`;
      expect(scanned(log).events).toBeGreaterThan(0);
    }
  });
});
