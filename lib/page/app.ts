import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { Dashboard } from './dashboard.ts';
import { forgetToken, keepToken, keptToken } from './session.ts';
import { SignIn } from './sign-in.ts';

/** Either the form that asks for the token, or the state of Prefect. */
export function App() {
  const [token, setToken] = useState(keptToken);
  const [notice, setNotice] = useState<string | null>(null);
  const signIn = (given: string) => {
    keepToken(given);
    setToken(given);
  };
  const signedOut = (why: string | null) => {
    forgetToken();
    setToken(null);
    setNotice(why);
  };
  return token === null
    ? html`<${SignIn} notice=${notice} onToken=${signIn} />`
    : html`<${Dashboard} token=${token} onSignedOut=${signedOut} />`;
}
