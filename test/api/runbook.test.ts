import { describe, expect, it } from 'vitest';
import { FINDINGS } from '../../lib/catalogue/findings/index.ts';
import { apiOf } from './gateway.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const asked = (finding: string, accept: string) => apiOf()(`/runbooks/${finding}`, { headers: { accept } });

describe('a runbook', () => {
  it.each([
    ['a browser', BROWSER, 'text/html; charset=utf-8'],
    ['curl', '*/*', 'application/json'],
    ['nobody in particular', '', 'application/json'],
    ['a program', 'application/json', 'application/json'],
    ['a program that could also read a page', 'application/json, text/html;q=0.5', 'application/json'],
    ['any text', 'text/*', 'text/html; charset=utf-8'],
  ])('is what %s wants', async (_, accept, type) => {
    const answer = await asked('postgres-down', accept);
    expect(answer.headers).toMatchObject({
      'content-type': type,
      vary: expect.stringMatching(/^accept(,|$)/),
    });
  });

  it('is a page under the same policy as the health page, without a script', async () => {
    const { body, headers } = await asked('postgres-down', BROWSER);
    expect(headers?.['content-security-policy']).toContain("default-src 'none'");
    expect(body).not.toMatch(/<script|\sstyle=|\son\w+=/);
    expect(body).toContain('<link rel="stylesheet" href="../style.css">');
  });

  it('tells all that the catalogue has, for every finding, and markup only as text', async () => {
    for (const { id, title, meaning, remedy } of FINDINGS) {
      const { body = '', statusCode } = await asked(id, 'text/html');
      expect(statusCode, id).toBe(200);
      const text = body
        .replace(/<[^>]+>/g, '')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&amp;', '&');
      for (const told of [title, meaning, ...remedy.flatMap((r) => [r.text, r.command ?? ''])]) {
        expect(text, id).toContain(told);
      }
    }
  });

  it('is not sent again to whoever holds it, page or JSON', async () => {
    const etags = await Promise.all(
      ['text/html', 'application/json'].map(
        async (accept) => (await asked('redis-down', accept)).headers?.etag,
      ),
    );
    expect(new Set(etags).size).toBe(2);
    const again = await apiOf()('/runbooks/redis-down', {
      headers: { accept: 'text/html', 'if-none-match': String(etags[0]) },
    });
    expect(again.statusCode).toBe(304);
  });
});
