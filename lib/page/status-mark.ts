import { html } from 'htm/preact';
import type { Severity } from '../model/severity.ts';
import type { Status } from '../model/status.ts';

type Look = Status | 'info';

/** A drawing of 16 by 16 beside the word, so that colour is never the only sign. */
const SIGN: Readonly<Record<Look, string>> = {
  healthy: 'M4 8.5 7 11.5 12 5',
  warning: 'M8 3.5V9M8 12v.5',
  degraded: 'M8 3.5v9M4.5 9 8 12.5 11.5 9',
  error: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  unknown: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2Q8 8.8 8 9.8M8 12.5v.5',
  info: 'M8 7.5v5M8 4v.5',
};

const LOOK_OF: Readonly<Record<Severity, Look>> = { info: 'info', warning: 'warning', critical: 'error' };

const sign = (look: Look) => html`
  <svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="8" /><path d=${SIGN[look]} /></svg>
`;
const mark = (look: Look, word: unknown) => html`<span class=${`mark ${look}`}>${sign(look)}${word}</span>`;

export const StatusMark = ({ status }: { readonly status: Status }) => mark(status, status);
export const SeverityMark = ({ severity }: { readonly severity: Severity }) =>
  mark(LOOK_OF[severity], severity);

interface NamedProps {
  readonly status: Status;
  readonly name: string;
}

/** The sign before the name of what has that status; the word is for those who do not see the sign. */
export const NamedMark = ({ status, name }: NamedProps) =>
  mark(status, html`<span><span class="name">${name}</span><span class="unseen"> ${status}</span></span>`);
