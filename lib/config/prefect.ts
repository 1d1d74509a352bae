import * as v from 'valibot';
import { namesDiffer, TARGETS_DIFFER } from './distinct.ts';
import { HttpUrl, Name } from './fields.ts';
import { FindingOverrides } from './finding-overrides.ts';
import { HttpAuth, HttpTls } from './http-auth.ts';

const Id = v.pipe(v.string(), v.uuid('an id as the address of the workspace in the UI has it'));

export const PrefectSchema = v.strictObject({
  name: v.optional(Name, 'server'),
  apiUrl: HttpUrl,
  /** Customer-Managed Prefect keeps runs, pools and the rest under an account and a workspace. */
  account: v.optional(Id),
  workspace: v.optional(Id),
  auth: HttpAuth,
  tls: HttpTls,
  findings: FindingOverrides,
});

type PrefectInput = Readonly<v.InferOutput<typeof PrefectSchema>>;
const idsComeTogether = ({ account, workspace }: PrefectInput): boolean =>
  (account === undefined) === (workspace === undefined);

export const PrefectTargets = v.pipe(
  v.array(
    v.pipe(
      PrefectSchema,
      v.forward(v.check(idsComeTogether, 'both `account` and `workspace`, or neither'), ['workspace']),
    ),
  ),
  v.check((all) => namesDiffer(all), TARGETS_DIFFER),
);
