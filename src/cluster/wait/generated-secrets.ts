import { filledConfigMapsOf, generatedSecretsOf } from '../../k8s/annotated-objects';
import type { KubeObject } from '../../k8s/objects';
import { MISSING_KEY } from './pod-trouble';
import type { Readiness } from './readiness';

/** A node looks again for a missing key only every 10 to 15 seconds, so a pod can report one that already exists. */
const SECONDS = 20;
/** `secret "db" not found`, or `couldn't find key password in Secret shop/db`. The same for ConfigMaps. */
const NAMED = /(secret|configmap) "([^"]+)"|(Secret|ConfigMap) [^\s/]+\/(\S+)/;

/** Gives a pod more time for a Secret or a key that the release itself makes. Another one does not appear by waiting. */
export function patientWithGenerated(objects: readonly KubeObject[]): (is: Readiness) => Readiness {
  const made = new Set(
    objects.flatMap((object) => [
      ...generatedSecretsOf(object).map(([name]) => `secret ${name}`),
      ...filledConfigMapsOf(object).map(([name]) => `configmap ${name}`),
    ]),
  );
  return (is) => {
    if (is.state !== 'waiting' || is.trouble?.reason !== MISSING_KEY) return is;
    const [, kind, missing, ofKey, incomplete] = NAMED.exec(is.trouble.message) ?? [];
    const isMade = made.has(`${(kind ?? ofKey ?? '').toLowerCase()} ${missing ?? incomplete}`);
    return isMade ? { ...is, trouble: { ...is.trouble, seconds: SECONDS } } : is;
  };
}
