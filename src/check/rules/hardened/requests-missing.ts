import { containerRule, containerTitle } from '../hardened-rule';
import type { Rule } from '../rule';

export const requestsMissing: Rule = containerRule(
  'requests-missing',
  'A pod without requests can be scheduled to a full node, and is the first to be evicted there.',
  'Request the CPU and memory that the program usually uses.',
  (at) => {
    const { requests, limits } = at.container.resources ?? {};
    // A limit without a request is also the request.
    return ['cpu', 'memory']
      .filter((name) => requests?.[name] === undefined && limits?.[name] === undefined)
      .map((name) => ({
        field: [...at.at, 'resources', 'requests', name],
        message: `${containerTitle(at)} does not request ${name}.`,
        expected: `resources.requests.${name}`,
        got: 'none',
        fix: `Set resources.requests.${name} to the usual amount, such as ${name === 'cpu' ? '50m' : '128Mi'}.`,
      }));
  },
);
