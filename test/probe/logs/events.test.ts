import { describe, expect, it } from 'vitest';
import { eventsIn, fixture } from './reading.ts';

describe('the events of a log', () => {
  it('are records of one line, each with its weight', () => {
    const [one, other, third, last] = eventsIn(
      [
        '08:00:00.000 | WARNING | prefect.server - careful',
        'INFO:     Started server process [1]',
        '2026-11-21 04:14:29 UTC:::[19063]:FATAL:  sorry, too many clients already',
        '[2026-11-21 08:00:00,123] kopf.objects         [ERROR   ] broken',
      ].join('\n'),
    );
    expect(one).toEqual({ at: null, level: 'warning', message: 'prefect.server - careful', exception: null });
    expect(other).toMatchObject({ level: 'info', message: 'Started server process [1]' });
    expect([third?.level, last?.level]).toEqual(['error', 'error']);
  });

  it('join a traceback to its record, and are named by the last exception of a chain', () => {
    const [event, ...others] = eventsIn(fixture('read-timeout-client-3.8.8').toString());
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      message: 'Failed to submit flow run',
      exception: 'httpx.ReadTimeout: timed out',
    });
  });

  it('are named by what is inside a group of exceptions', () => {
    const events = eventsIn(fixture('submission-worker-3.8.8').toString());
    const failed = events.find((e) => e.message.includes('could not start'));
    expect(failed?.exception).toBe(
      "FileNotFoundError: [Errno 2] No such file or directory: '/nonexistent/command'",
    );
  });

  it('join what a console folded, and keep the rest of a message with it', () => {
    const [event, ...others] = eventsIn(fixture('auth-worker-3.8.8').toString());
    expect(others).toEqual([]);
    expect(event?.message).toContain("Client error '401 Unauthorized' for url");
    const [pretty] = eventsIn('08:00:00.000 | ERROR   | x - invalid:\n - n: not a number');
    expect(pretty?.message).toBe('x - invalid: - n: not a number');
  });

  it('take no line for a part of another that it does not belong to', () => {
    expect(eventsIn('one\ntwo\n\nthree').map((e) => e.message)).toEqual(['one', 'two', 'three']);
    const after = 'Traceback (most recent call last):\n  File "x"\nValueError: no\n\nGoing on.';
    expect(eventsIn(after)).toMatchObject([
      { level: 'error', exception: 'ValueError: no' },
      { message: 'Going on.', exception: null },
    ]);
  });

  it('are read through the box that rich draws around a traceback', () => {
    const boxed = [
      '08:00:00.000 | ERROR   | x - failed',
      '╭─────────────── Traceback (most recent call last) ────────────────╮',
      '│ /app/flow.py:3 in go                                             │',
      '│ ❱ 3     raise ReadTimeout                                        │',
      '╰──────────────────────────────────────────────────────────────────╯',
      'ReadTimeout: timed out',
    ].join('\n');
    expect(eventsIn(boxed)).toMatchObject([{ message: 'x - failed', exception: 'ReadTimeout: timed out' }]);
  });

  it('are the same in colours and without', () => {
    const plain = eventsIn('04:11:42.839 | ERROR   | prefect.server - Encountered exception in request:');
    const [coloured] = eventsIn(fixture('pool-exhausted-server-colour-3.8.8').toString());
    expect(coloured).toMatchObject({ level: 'error', message: plain[0]?.message });
    expect(coloured?.exception).toContain('(Background on this error at: https://sqlalche.me/e/20/3o7r)');
  });
});

describe('a record in JSON', () => {
  const one = (record: object) => eventsIn(JSON.stringify(record))[0];

  it('is read as Prefect writes it, its arguments filled in', () => {
    expect(
      one({
        name: 'prefect.server',
        msg: 'Event queue at %d%% capacity (%d/%d) for %r',
        args: [82, 41, 50, 'x'],
        levelname: 'WARNING',
      }),
    ).toMatchObject({
      level: 'warning',
      message: "prefect.server - Event queue at 82% capacity (41/50) for 'x'",
    });
    const [event] = eventsIn(fixture('pool-exhausted-server-json-3.8.8').toString());
    expect(event).toMatchObject({
      level: 'error',
      message: 'prefect.server - Encountered exception in request:',
    });
    expect(event?.exception).toMatch(/^TimeoutError: QueuePool limit of size 1 overflow 0 reached/);
  });

  it('is read as others write it', () => {
    const structlog = one({
      event: 'gone',
      logger: 'auth',
      level: 'error',
      exception: 'Traceback\n  x\nOSError: no',
    });
    expect(structlog).toMatchObject({ level: 'error', message: 'auth - gone', exception: 'OSError: no' });
    expect(one({ severity: 'CRITICAL', message: 'gone' })).toMatchObject({ level: 'error', message: 'gone' });
    expect(one({ level: 50, msg: 'gone' })).toMatchObject({ level: 'error' });
  });

  it('is plain text when it is none, or says nothing', () => {
    for (const text of ['{broken}', '{"msg":', '{}', '{"msg":1}', '{"__proto__":{"msg":"x"}}']) {
      expect(eventsIn(text)).toMatchObject([{ level: null, message: text }]);
    }
  });
});
