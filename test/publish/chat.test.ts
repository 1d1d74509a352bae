import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHANGE_KINDS, type IncidentChange } from '../../lib/model/incident.ts';
import { slackMessageOf } from '../../lib/publish/block-kit.ts';
import { messageOf } from '../../lib/publish/message.ts';
import { change, HOSTILE, PAGE, spoken } from './alerts.ts';
import { BLOCK_KIT, CUSTOM_NOTIFICATION } from './published-schemas.ts';

const ajv = new Ajv({ allErrors: true });
const isCustomNotification = ajv.compile(CUSTOM_NOTIFICATION);
const isBlockKit = ajv.compile(BLOCK_KIT);

const notificationOf = (of: IncidentChange) =>
  JSON.parse(messageOf(of, { pageUrl: PAGE, chatbot: true }).bodies.https ?? '');

/** Every text in a value, however deep. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Every object of a type in a message. */
function ofType(type: string, value: unknown): readonly Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap((v) => ofType(type, v));
  return 'type' in value && value.type === type ? [value as Record<string, unknown>, ...inside] : inside;
}

const OUR_LINK = /<https:\/\/vitals\.example\.com\/[^|>\s]*\|[A-Za-z ]+>/g;

const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE, 'x'.repeat(1024 * 1024), '```'.repeat(500)),
  fc.string({ unit: 'binary', maxLength: 4000 }),
);

describe('the custom notification for Amazon Q Developer', () => {
  it.each(CHANGE_KINDS)('of an incident that is %s reads like this', async (kind) => {
    const json = JSON.stringify(notificationOf(change(kind)), null, 2);
    await expect(`${json}\n`).toMatchFileSnapshot(`golden/chat-notification-${kind}.json.txt`);
  });

  it('keeps to the published schema, beyond which it would be dropped in silence', () => {
    for (const kind of CHANGE_KINDS) {
      expect(
        isCustomNotification(notificationOf(change(kind))),
        JSON.stringify(isCustomNotification.errors),
      ).toBe(true);
    }
  });

  it('keeps all that is said of one incident in one thread', () => {
    const threads = CHANGE_KINDS.map((kind) => notificationOf(change(kind)).metadata.threadId);
    expect(new Set(threads)).toEqual(new Set([change('opened').incident.id]));
  });

  it('mentions nobody and links nowhere but to us, whoever wrote the texts', () => {
    fc.assert(
      fc.property(hostileText, (hostile) => {
        const notification = notificationOf(spoken(hostile));
        expect(isCustomNotification(notification)).toBe(true);
        const { content } = notification;
        for (const text of textsIn([content, notification.metadata.summary])) {
          const others = text.replaceAll(OUR_LINK, '');
          expect(others).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
          const prose = others.replaceAll(/```\n[\s\S]*?\n```/g, '');
          expect(prose).not.toMatch(/@\w|:\/\/|`|www\.\w|mailto:\w/i);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("the message for Slack's webhook", () => {
  const slack = (of: IncidentChange) => slackMessageOf(of, PAGE);

  it.each(CHANGE_KINDS)('of an incident that is %s reads like this', async (kind) => {
    const json = JSON.stringify(slack(change(kind)), null, 2);
    await expect(`${json}\n`).toMatchFileSnapshot(`golden/slack-${kind}.json.txt`);
  });

  it('has its commands in code blocks, as they are', () => {
    const commands = change('opened').incident.finding.remedy.flatMap((r) => r.command ?? []);
    const shown = ofType('rich_text_preformatted', slack(change('opened'))).map(
      (block) => textsIn(block.elements).filter((text) => text !== 'text')[0],
    );
    expect(shown).toEqual(commands);
    expect(shown.length).toBeGreaterThan(0);
  });

  it('links to the page and the runbook by its two buttons', () => {
    expect(ofType('button', slack(change('opened'))).map((b) => b.url)).toEqual([
      `${PAGE}#/installations/production/findings/redis-memory-high`,
      `${PAGE}runbooks/redis-memory-high`,
    ]);
  });

  it("keeps within Block Kit's limits and mentions nobody, whoever wrote the texts", () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 0, max: 60 }), (hostile, items) => {
        const message = slack(spoken(hostile, items));
        expect(isBlockKit(message), JSON.stringify(isBlockKit.errors)).toBe(true);
        for (const block of message.blocks) {
          expect(textsIn(block).join('').length).toBeLessThanOrEqual(3000);
        }
        expect(message.text).not.toMatch(/[<>]|@\w|:\/\//);
        // Plain and rich text are no mark-up, so that nothing in them can be a mention or a link.
        expect(ofType('mrkdwn', message)).toEqual([]);
        expect(ofType('link', message)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
