/** A text as an SQL literal. Without backslashes it reads the same under every setting of the server. */
export const sqlLiteral = (text: string): string => {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
};

/** A text as one word of a POSIX shell, so that a name from outside can do nothing but be a name. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_%+=:,./@][A-Za-z0-9_%+=:,./@-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
