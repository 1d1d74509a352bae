import * as v from 'valibot';

const HttpsAddress = v.pipe(
  v.string(),
  v.check((s) => URL.canParse(s) && new URL(s).protocol === 'https:', 'an https address'),
);

/**
 * Who may read: whoever holds the token that the stack makes, whoever IAM lets call the API, or whoever brings a JWT of
 * this issuer for one of these audiences.
 */
export const ApiConfig = v.strictObject({
  auth: v.optional(
    v.union([
      v.picklist(['token', 'iam']),
      v.strictObject({
        jwt: v.strictObject({
          issuer: HttpsAddress,
          audience: v.pipe(v.array(v.pipe(v.string(), v.nonEmpty())), v.nonEmpty('at least one audience')),
        }),
      }),
    ]),
    'token',
  ),
});
export type ApiAuth = v.InferOutput<typeof ApiConfig>['auth'];
