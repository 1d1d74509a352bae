import { describe, expect, it } from 'vitest';
import { failureOf, ProbeFailure } from '../../lib/probe/failure.ts';

const withCode = (code: string, message = 'words of a driver') => Object.assign(new Error(message), { code });

describe('a failure', () => {
  it.each([
    ['ECONNREFUSED', 'refused'],
    ['ETIMEDOUT', 'timeout'],
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['ECONNRESET', 'protocol'],
  ])('with the code %s is called %s', (code, reason) => {
    expect(failureOf(withCode(code)).reason).toBe(reason);
  });

  it('is looked for in the cause, and in each of several attempts', () => {
    const attempts = new AggregateError([withCode('ECONNREFUSED'), withCode('ETIMEDOUT')]);
    expect(failureOf(new Error('fetch failed', { cause: attempts })).reason).toBe('refused');
  });

  it('passes through when it is one already', () => {
    const failure = new ProbeFailure('auth', 'no');
    expect(failureOf(failure)).toBe(failure);
  });

  it('of an unknown kind is ours, keeps its cause and repeats none of its words', () => {
    const cause = new Error('secret');
    const failure = failureOf(cause);
    expect(failure.reason).toBe('failed');
    expect(failure.cause).toBe(cause);
    expect(failure.message).not.toContain('secret');
  });

  it('may be something that is no error at all', () => {
    expect(failureOf('boom').reason).toBe('failed');
  });
});
