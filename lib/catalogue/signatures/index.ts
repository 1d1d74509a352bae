import { BACKGROUND_SIGNATURES } from './background.ts';
import { DATABASE_SIGNATURES } from './database.ts';
import { MESSAGING_SIGNATURES } from './messaging.ts';
import { OBSERVER_SIGNATURES } from './observer.ts';
import { SERVER_SIGNATURES } from './server.ts';
import type { Signature } from './signature.ts';
import { TRANSPORT_SIGNATURES } from './transport.ts';
import { WORKER_SIGNATURES } from './workers.ts';

/** Every text in a log that means something. */
export const SIGNATURES: readonly Signature[] = [
  ...TRANSPORT_SIGNATURES,
  ...WORKER_SIGNATURES,
  ...SERVER_SIGNATURES,
  ...DATABASE_SIGNATURES,
  ...BACKGROUND_SIGNATURES,
  ...MESSAGING_SIGNATURES,
  ...OBSERVER_SIGNATURES,
];
