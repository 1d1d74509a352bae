import { dnsFailing } from './dns-failing.ts';
import { entranceDown } from './entrance-down.ts';
import { hostRoutingWrong } from './host-routing-wrong.ts';
import { tlsExpiring } from './tls-expiring.ts';
import { tlsUntrusted } from './tls-untrusted.ts';

/** What is concluded of an entrance, the lowest layer first. */
export const NETWORK_FINDINGS = [
  dnsFailing,
  tlsUntrusted,
  tlsExpiring,
  entranceDown,
  hostRoutingWrong,
] as const;
