import { containerRule, containerTitle } from '../hardened-rule';
import type { Rule } from '../rule';

export const probesSame: Rule = containerRule(
  'probes-same',
  'With equal probes, a container that is only temporarily not ready is restarted and loses its work.',
  'Use another path for the livenessProbe, or allow more failures.',
  (at) => {
    const { livenessProbe, readinessProbe } = at.container;
    return livenessProbe && JSON.stringify(livenessProbe) === JSON.stringify(readinessProbe)
      ? [
          {
            field: [...at.at, 'livenessProbe'],
            message: `${containerTitle(at)} has equal liveness and readiness probes.`,
            expected: 'a different livenessProbe',
            got: 'the readinessProbe',
            fix: 'Use another path for the livenessProbe, or raise its failureThreshold.',
          },
        ]
      : [];
  },
);
