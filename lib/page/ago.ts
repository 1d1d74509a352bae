import { html } from 'htm/preact';
import { duration, localTime, secondsSince } from './format.ts';

interface Props {
  readonly at: string;
  readonly now: Date;
}

/** A time as people ask for it, `3 min`, with the exact one behind it. What is no time is shown as it came. */
export function Ago({ at, now }: Props) {
  const seconds = secondsSince(at, now);
  if (seconds === null) return html`<span>${at}</span>`;
  return html`<time datetime=${at} title=${localTime(at)}>${duration(seconds)}</time>`;
}
