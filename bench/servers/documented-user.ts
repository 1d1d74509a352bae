import { readFile } from 'node:fs/promises';

const DOCUMENT = new URL('../../docs/redis-user.md', import.meta.url);

/** The name the document gives its user. */
export const USER = 'prefect-vitals';

/** The words of the command the document gives, with a password in place of the blank. */
export async function commandOfDocument(password: string): Promise<readonly string[]> {
  const [, command = ''] = /```\n(ACL SETUSER [^`]*)```/.exec(await readFile(DOCUMENT, 'utf8')) ?? [];
  return command.replace('<password>', password).trim().split(/\s+/);
}
