import * as v from 'valibot';

const LABEL_SELECTOR_CHARACTERS_MAX = 500;

/**
 * Whether and of which pods the logs are read: those of every pod in the cluster's `namespaces`, or of those that a
 * label selector names, written as `kubectl --selector` takes it. `false` reads none.
 */
export const PodLogs = v.optional(
  v.union([
    v.literal(false),
    v.strictObject({
      labelSelector: v.optional(
        v.pipe(
          v.string(),
          v.nonEmpty('a label selector'),
          v.maxLength(LABEL_SELECTOR_CHARACTERS_MAX, `${LABEL_SELECTOR_CHARACTERS_MAX} characters at most`),
        ),
      ),
    }),
  ]),
  {},
);
