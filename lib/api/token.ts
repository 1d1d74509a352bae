import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const KEPT_MILLISECONDS = 5 * 60 * 1000;

/** Thrown when the secret holds no text that could be a token. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}

async function read(client: SecretsManagerClient, arn: string): Promise<string> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  if (!SecretString) throw new TokenError('the secret of the API holds no text');
  return SecretString;
}

/**
 * The API's token, read from its secret when first asked for and kept for five minutes: so long a replaced token may
 * still be accepted. What failed is not kept, the next request tries again.
 *
 * @throws TokenError when the secret is empty, and whatever Secrets Manager answers.
 */
export function tokenFromSecret(
  client: SecretsManagerClient,
  arn: string,
  nowMilliseconds: () => number = Date.now,
): () => Promise<string> {
  let kept: { readonly token: Promise<string>; readonly until: number } | null = null;
  return async () => {
    if (kept !== null && nowMilliseconds() < kept.until) return kept.token;
    const fresh = { token: read(client, arn), until: nowMilliseconds() + KEPT_MILLISECONDS };
    kept = fresh;
    try {
      return await fresh.token;
    } catch (error) {
      if (kept === fresh) kept = null;
      throw error;
    }
  };
}
