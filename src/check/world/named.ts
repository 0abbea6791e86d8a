import type { FieldPath, Manifest } from '../../k8s/objects';
import { declared, type KindName } from './declared';
import { once } from './once';
import { placesAt } from './places';
import { isText, namespaceOf, type World } from './world';

/** The kinds of objects that a field can name. The field decides between them by its `kind`. */
interface ReferenceField {
  readonly of: readonly KindName[];
  /** The path of the reference: the name itself, or an object with the name. */
  readonly at: string;
  readonly group: string;
  /** The first kind is the default. */
  readonly kinds: readonly string[];
  /** Names that need no object. */
  readonly builtIn?: readonly string[];
}

/** An object that another one names. */
export interface NamedObject {
  readonly manifest: Manifest;
  readonly field: FieldPath;
  readonly group: string;
  readonly kind: string;
  /** The kinds that the field can name. */
  readonly kinds: readonly string[];
  readonly name: string;
  readonly namespace: string;
}

const issuer = { group: 'cert-manager.io', kinds: ['Issuer', 'ClusterIssuer'] };
const store = { group: 'external-secrets.io', kinds: ['SecretStore', 'ClusterSecretStore'] };
const authentication = { group: 'keda.sh', kinds: ['TriggerAuthentication', 'ClusterTriggerAuthentication'] };

const FIELDS: readonly ReferenceField[] = [
  { of: ['Certificate.cert-manager.io', 'CertificateRequest.cert-manager.io'], at: 'spec.issuerRef', ...issuer },
  { of: ['ExternalSecret.external-secrets.io'], at: 'spec.secretStoreRef', ...store },
  { of: ['ExternalSecret.external-secrets.io'], at: 'spec.data[].sourceRef.storeRef', ...store },
  { of: ['ExternalSecret.external-secrets.io'], at: 'spec.dataFrom[].sourceRef.storeRef', ...store },
  { of: ['PushSecret.external-secrets.io'], at: 'spec.secretStoreRefs[]', ...store },
  { of: ['ScaledObject.keda.sh', 'ScaledJob.keda.sh'], at: 'spec.triggers[].authenticationRef', ...authentication },
  { of: ['IngressRoute.traefik.io'], at: 'spec.routes[].middlewares[]', group: 'traefik.io', kinds: ['Middleware'] },
  {
    of: ['Application.argoproj.io'],
    at: 'spec.project',
    group: 'argoproj.io',
    kinds: ['AppProject'],
    builtIn: ['default'],
  },
  {
    of: ['VirtualService.networking.istio.io'],
    at: 'spec.gateways[]',
    group: 'networking.istio.io',
    kinds: ['Gateway'],
    builtIn: ['mesh'],
  },
];

const CERTIFIED: readonly KindName[] = ['Ingress.networking.k8s.io', 'Gateway.gateway.networking.k8s.io'];

/** Every object of a custom kind that another object names in a field of the table. */
export const namedObjects = once((world): readonly NamedObject[] => [
  ...inFields(world),
  ...issuersInAnnotations(world),
]);

function* inFields(world: World): Generator<NamedObject> {
  for (const { of, at, group, kinds, builtIn } of FIELDS) {
    for (const manifest of of.flatMap((kind) => declared(world, kind))) {
      for (const { value, field } of placesAt(manifest.object, at)) {
        const { group: its = group, kind = kinds[0]!, name, namespace } = partsOf(value);
        if (its !== group || !isText(kind) || !kinds.includes(kind) || !isText(name) || builtIn?.includes(name))
          continue;
        yield {
          manifest,
          field: typeof value === 'string' ? field : [...field, 'name'],
          group,
          kind,
          kinds,
          name,
          namespace: isText(namespace) ? namespace : namespaceOf(manifest.object),
        };
      }
    }
  }
}

const FOREIGN_ISSUER = ['cert-manager.io/issuer-kind', 'cert-manager.io/issuer-group'];

/** cert-manager creates the certificates of an Ingress or a Gateway whose annotation names an issuer. */
function* issuersInAnnotations(world: World): Generator<NamedObject> {
  for (const manifest of CERTIFIED.flatMap((kind) => declared(world, kind))) {
    const { annotations } = manifest.object.metadata;
    // An issuer of another project has its own kinds.
    if (!annotations || FOREIGN_ISSUER.some((key) => key in annotations)) continue;
    for (const [key, kind] of [
      ['cert-manager.io/issuer', 'Issuer'],
      ['cert-manager.io/cluster-issuer', 'ClusterIssuer'],
    ] as const) {
      const name = annotations[key];
      if (isText(name))
        yield {
          manifest,
          field: ['metadata', 'annotations', key],
          group: 'cert-manager.io',
          kind,
          kinds: [kind],
          name,
          namespace: namespaceOf(manifest.object),
        };
    }
  }
}

interface Parts {
  readonly group?: unknown;
  readonly kind?: unknown;
  readonly name?: unknown;
  readonly namespace?: unknown;
}

/** A reference as text is a name, or `NAMESPACE/NAME`. */
function partsOf(value: unknown): Parts {
  if (typeof value !== 'string') return value as Parts;
  const slash = value.indexOf('/');
  return slash === -1 ? { name: value } : { namespace: value.slice(0, slash), name: value.slice(slash + 1) };
}
