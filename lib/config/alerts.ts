import * as v from 'valibot';
import { Credential } from './credentials.ts';

const Emails = v.optional(v.array(v.pipe(v.string(), v.email('an e-mail address'))), []);

/**
 * Slack, in one of two ways: `webhook` refers to the address of an incoming webhook, which is a secret as a password
 * is; `chatbot` is for a channel of Amazon Q Developer in chat applications that is subscribed to the alerts topic.
 */
export const Slack = v.union(
  [v.strictObject({ webhook: Credential }), v.strictObject({ chatbot: v.literal(true) })],
  '{ webhook: <where its address is kept> } or { chatbot: true }',
);

/** Who is told, besides whoever subscribes to the topic. */
export const Alerts = v.optional(v.strictObject({ emails: Emails, slack: v.optional(Slack) }), {
  emails: [],
});
export type Alerts = Readonly<v.InferOutput<typeof Alerts>>;
