import { html } from 'htm/preact';
import { duration } from './format.ts';
import type { Watched } from './watch.ts';

interface Props {
  readonly trouble: NonNullable<Watched['trouble']>;
  readonly clock: number;
  readonly onRetry: () => void;
}

/** That the API fails, and when it is asked again. */
export const Trouble = ({ trouble, clock, onRetry }: Props) => html`
  <div class="notice">
    <p role="alert">${trouble.message}</p>
    <p>
      Trying again in ${duration((trouble.retryAt - clock) / 1000)}.${' '}
      <button type="button" onClick=${onRetry}>Try now</button>
    </p>
  </div>
`;
