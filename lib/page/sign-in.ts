import { html } from 'htm/preact';
import { useState } from 'preact/hooks';

interface Props {
  /** Why the form is shown again, or null the first time. */
  readonly notice: string | null;
  readonly onToken: (token: string) => void;
}

export function SignIn({ notice, onToken }: Props) {
  const [token, setToken] = useState('');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (token.trim() !== '') onToken(token.trim());
  };
  return html`
    <main class="sign-in">
      <h1>Prefect Vitals</h1>
      <form onSubmit=${submit}>
        <label for="token">Access token</label>
        <input
          id="token"
          type="password"
          autocomplete="current-password"
          spellcheck=${false}
          required
          autofocus
          value=${token}
          aria-describedby="token-help"
          onInput=${(event: InputEvent) => setToken((event.target as HTMLInputElement).value)}
        />
        <p id="token-help" class="quiet">
          The secret that the stack made for the API, in AWS Secrets Manager. It stays in this tab only.
        </p>
        ${notice !== null && html`<p class="notice" role="alert">${notice}</p>`}
        <button type="submit">Sign in</button>
      </form>
    </main>
  `;
}
