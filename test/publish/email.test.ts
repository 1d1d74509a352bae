import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHANGE_KINDS } from '../../lib/model/incident.ts';
import { messageOf } from '../../lib/publish/message.ts';
import { change, HOSTILE, PAGE, spoken } from './alerts.ts';

const emailOf = (of: Parameters<typeof messageOf>[0]) =>
  messageOf(of, { pageUrl: PAGE, chatbot: false }).bodies.email ?? '';

describe('the e-mail of an incident', () => {
  it.each(CHANGE_KINDS)('that is %s reads like this', async (kind) => {
    await expect(emailOf(change(kind))).toMatchFileSnapshot(`golden/email-${kind}.txt`);
  });

  it('is the one the documentation shows', () => {
    const docs = readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8');
    expect(docs).toContain(`\`\`\`\n${emailOf(change('opened'))}\`\`\``);
    expect(docs).toContain(
      `Subject: \`${messageOf(change('opened'), { pageUrl: PAGE, chatbot: false }).subject}\``,
    );
  });

  it('says what happened, since when, what follows, what it means and what to do', () => {
    const email = emailOf(change('opened')).replaceAll(/\s+/g, ' ');
    const { finding, consequences } = change('opened').incident;
    for (const part of [
      finding.title,
      'Since 2026-11-21 02:00 UTC, for 1 minute: warning.',
      '[redis.memory.used_percent = 77.15, limit 75]',
      consequences[0]?.title ?? 'no consequence',
      'node-memory-pressure@kubernetes/prod',
      ...finding.remedy.flatMap((r) => [r.text, r.command ?? r.text]),
      finding.meaning,
      finding.impact,
      `${PAGE}#/findings/redis-memory-high`,
      `${PAGE}runbooks/redis-memory-high`,
    ]) {
      expect(email).toContain(part);
    }
  });

  it('of an escalation says from which severity to which', () => {
    expect(emailOf(change('escalated'))).toContain('Now critical, warning until now.');
  });

  it('of a reminder says for how long it lasts and how often it was told', () => {
    expect(emailOf(change('reminder')).replaceAll(/\s+/g, ' ')).toContain(
      '1 hour 9 minutes ago; this is the 3rd message about it.',
    );
  });

  it('of a recovery says how long it lasted, how bad it was and what is over with it, and gives no advice', () => {
    const email = emailOf(change('recovered'));
    expect(email.replaceAll(/\s+/g, ' ')).toContain(
      'lasted 3 hours 5 minutes; at its worst it was critical.',
    );
    expect(email).toContain('WHAT WAS OVER WITH IT\n- A consumer of events falls behind');
    expect(email).not.toContain('WHAT TO DO');
  });

  it('has short lines, commands and addresses excepted, and nothing a terminal acts on, whoever wrote the texts', () => {
    const text = fc.oneof(
      fc.constantFrom(...HOSTILE, 'x'.repeat(1024 * 1024), 'a word '.repeat(150_000)),
      fc.string({ unit: 'binary', maxLength: 2000 }),
    );
    fc.assert(
      fc.property(text, (hostile) => {
        const email = emailOf(spoken(hostile));
        expect(email).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\u2028\u2029]|\t/u);
        expect(email.isWellFormed()).toBe(true);
        const prose = email.split('\n').filter((l) => !l.startsWith(' ') && !l.startsWith(PAGE));
        expect(Math.max(...prose.map((l) => l.length))).toBeLessThanOrEqual(78);
      }),
      { numRuns: 100 },
    );
  });
});
