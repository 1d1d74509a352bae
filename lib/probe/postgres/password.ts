import type { PostgresTarget } from '../../config/targets.ts';
import { presign } from '../presign.ts';
import { forget, textOf } from '../secret.ts';

/** The longest RDS takes; it counts only while the session is being opened. */
const RDS_TOKEN_SECONDS = 15 * 60;

/**
 * What the role logs in with; undefined for nothing. A token of RDS IAM is made anew each time: it costs no request.
 *
 * @throws ProbeFailure `auth` when it cannot be had.
 */
export async function passwordOf(target: PostgresTarget): Promise<string | undefined> {
  const { password, host, port, user } = target;
  if (password === undefined) return undefined;
  if (password.from !== 'rds-iam') return textOf(password);
  return presign({
    service: 'rds-db',
    region: password.region,
    hostname: host,
    port,
    query: { Action: 'connect', DBUser: user },
    expiresSeconds: RDS_TOKEN_SECONDS,
  });
}

/** After a password was refused it may have been rotated: the next session asks for it again. */
export function forgetPassword({ password }: PostgresTarget): void {
  if (password?.from !== 'rds-iam') forget(password);
}
