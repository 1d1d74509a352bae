import * as v from 'valibot';

export const Name = v.pipe(
  v.string(),
  v.regex(
    /^[a-z][a-z0-9-]{0,30}$/,
    'a lower-case name: a letter, then letters, digits or dashes, 31 at most',
  ),
);
export const Host = v.pipe(
  v.string(),
  v.minLength(1, 'a host name or address'),
  v.regex(/^[^\s/@:]+$|^[0-9a-fA-F:]+$/, 'a host name or address, without scheme, port or path'),
);
export const Port = v.pipe(
  v.number(),
  v.integer('a whole number from 1 to 65535'),
  v.minValue(1, 'a whole number from 1 to 65535'),
  v.maxValue(65535, 'a whole number from 1 to 65535'),
);
/** An address as it is, with a slash at its end if it has one. */
export const HttpAddress = v.pipe(
  v.string(),
  v.check(
    (s) => URL.canParse(s) && ['http:', 'https:'].includes(new URL(s).protocol),
    'an http or https address',
  ),
  v.check(
    (s) => !URL.canParse(s) || new URL(s).username === '',
    'an address without a user name or password: use `auth`',
  ),
);
/** An address that paths are put behind. */
export const HttpUrl = v.pipe(
  HttpAddress,
  v.transform((s) => s.replace(/\/+$/, '')),
);
export const Region = v.pipe(
  v.string(),
  v.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region such as eu-central-1'),
);
export const Arn = v.pipe(v.string(), v.regex(/^arn:aws[a-z-]*:[a-z0-9-]+:/, 'an ARN'));
export const EnvironmentVariable = v.pipe(
  v.string(),
  v.regex(/^[A-Z_][A-Z0-9_]*$/, 'the name of an environment variable'),
);
export const Timestamp = v.pipe(v.string(), v.isoTimestamp('a time such as 2026-11-21T02:00:00Z'));
