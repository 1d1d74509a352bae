import type { IncidentChange } from '../../lib/model/incident.ts';
import { messageOf } from '../../lib/publish/message.ts';

/** Nothing is deployed here, so nothing is behind this address. */
const PAGE_URL = 'https://vitals.example/';

/** What people would find in their mail of a change, word for word. */
export function letterOf(change: IncidentChange): { readonly subject: string; readonly text: string } {
  const { subject, bodies } = messageOf(change, { pageUrl: PAGE_URL, chatbot: false });
  return { subject, text: bodies.email ?? bodies.default };
}
