import { deployedDeps } from '../lib/api/deployed.ts';
import { type Api, createApi } from '../lib/api/router.ts';

let api: Api | undefined;

export const handler = (...[event, context]: Parameters<Api>): ReturnType<Api> => {
  api ??= createApi(deployedDeps(new URL('.', import.meta.url)));
  return api(event, context);
};
