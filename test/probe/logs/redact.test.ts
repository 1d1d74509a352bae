import { describe, expect, it } from 'vitest';
import { sampleOf } from '../../../lib/probe/logs/redact.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P';

describe('the sample of a signature', () => {
  it.each([
    [
      'postgresql+asyncpg://prefect:hunter2@db:5432/prefect refused',
      'postgresql+asyncpg://…@db:5432/prefect refused',
    ],
    ['redis://:hunter2@cache:6379/0', 'redis://…@cache:6379/0'],
    ['Authorization: Bearer abcdef123456', 'Authorization: … abcdef'],
    ['sent Bearer abcdef123456 twice', 'sent Bearer … twice'],
    ['PREFECT_API_KEY=pnu_abcdef0123456789', 'PREFECT_API_KEY=…'],
    ['key pnu_abcdef0123456789 refused', 'key … refused'],
    ["{'password': 'hunter2', 'n': 1}", "{'password': …, 'n': 1}"],
    ['{"client_secret": "a b c", "n": 1}', '{"client_secret": …, "n": 1}'],
    [`token of ${JWT} expired`, 'token of … expired'],
    ['AKIAIOSFODNN7EXAMPLE refused', '… refused'],
    ['mail to jane.doe@example.com failed', 'mail to … failed'],
    ["[type=int_parsing, input_value='4111 1111', input_type=str]", '[type=int_parsing, input_value=…'],
    ['Parameters: {"iban": "DE02"}', 'Parameters: …'],
    [`hash ${'a1'.repeat(32)} unknown`, 'hash … unknown'],
  ])('of %s hides what must not leave', (text, expected) => {
    const sample = sampleOf(text);
    if (text.startsWith('Authorization')) expect(sample).not.toContain('abcdef');
    else expect(sample).toBe(expected);
  });

  it('leaves names, ids, paths and addresses readable', () => {
    for (const text of [
      "Failed to update state of flow run '01a1fc4b-cfae-7347-b174-b8ee3e27c649'",
      'File "/usr/local/lib/python3.11/site-packages/prefect/server/api/server.py"',
      "Client error '401 Unauthorized' for url 'http://127.0.0.1:33837/api/work_pools/local'",
    ]) {
      expect(sampleOf(text)).toBe(text);
    }
  });

  it('is short, one line, and nothing a terminal would act on', () => {
    const sample = sampleOf(`\u001b]8;;http://evil\u0007click\u202e\nnext ${'word '.repeat(200)}`);
    expect(sample.length).toBeLessThanOrEqual(240);
    expect(sample).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
