import { optional, serviceVariables } from '../common/config.ts';
import type { Variable } from '../common/config.ts';

const paths: Variable<readonly string[]> = {
  expects: 'paths such as /api/posts,/api/comments',
  required: true,
  parse: (text) => {
    const list = text.split(',').map((path) => path.trim());
    return list.every((path) => /^(\/[\w.~-]+)+$/.test(path)) ? list : undefined;
  },
};

export const schema = {
  ...serviceVariables,
  /** The paths that the gateway sends to other services. */
  API_PATHS: optional(paths, []),
};
