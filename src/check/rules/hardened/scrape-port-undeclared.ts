import { show } from '../../../basics/text';
import { listOf } from '../../world/values';
import { containersOf } from '../../world/world';
import { podRule } from '../hardened-rule';
import type { Rule } from '../rule';

const ANNOTATION = 'prometheus.io/port';

export const scrapePortUndeclared: Rule = podRule(
  'scrape-port-undeclared',
  'An undeclared port may be a typing error, and Prometheus would find no metrics.',
  'Declare the port, or use a declared port for the annotation.',
  (pods) => {
    const port = pods.annotations[ANNOTATION];
    const declared = containersOf(pods).flatMap(({ container }) =>
      listOf(container.ports).map(({ containerPort }) => containerPort),
    );
    if (port === undefined || declared.includes(Number(port))) return [];
    return [
      {
        field: [...pods.at.slice(0, -1), 'metadata', 'annotations', ANNOTATION],
        message: `No container declares the port ${show(port)}, where Prometheus reads metrics.`,
        expected: `one of ${declared.join(', ') || 'its ports'}`,
        got: show(port),
        fix: 'Declare the port, or use a declared port for the annotation.',
      },
    ];
  },
);
