import { isName } from './hosts';
import { once } from '../once';
import { isText, type World } from '../world';

/** Endings that no namespace and no private network is likely to have. */
const ENDINGS = 'com org net edu gov mil int info biz io dev app cloud ai tech xyz online email systems services'.split(
  ' ',
);

/** Whether a name is certainly one of the public DNS, and not `service.namespace` or a name of a private network. */
export function isPublicHost(host: string): boolean {
  if (!isName(host)) return false;
  const labels = host.split('.');
  const ending = labels.at(-1)!;
  if (/^(www\.w3|json-schema|schemas?\.[^.]+|xmlns\.[^.]+)\.\w+$/.test(host) || labels.includes('svc')) return false;
  return (
    labels.length > 1 &&
    (ENDINGS.includes(ending) || (labels.length > 2 && /^[a-z]{2}$/.test(ending) && !/-\d+$/.test(labels[0]!)))
  );
}

/** Whether an object of the manifests serves or routes the host. A call to it can stay in the cluster. */
export function isPublished(world: World, host: string): boolean {
  const hosts = published(world);
  return hosts.has(host) || hosts.has(`*${host.slice(host.indexOf('.'))}`);
}

/** The kinds that publish hosts, of all ingress controllers and service meshes. */
const PUBLISHING = /Ingress|Route|Gateway|Certificate|VirtualService|ServiceEntry|HTTPProxy|Listener/;

/** The words with a dot in the objects that publish hosts. */
const published = once((world): ReadonlySet<string> => {
  const hosts = new Set<string>();
  for (const { object } of world.manifests) {
    const { kind, metadata, spec } = object;
    const texts = PUBLISHING.test(kind)
      ? textsIn(spec)
      : kind === 'Service'
        ? textsIn(metadata.annotations?.['external-dns.alpha.kubernetes.io/hostname'])
        : [];
    for (const text of texts)
      for (const word of text.toLowerCase().split(/[^a-z0-9.*-]+/)) if (word.includes('.')) hosts.add(word);
  }
  return hosts;
});

function* textsIn(value: unknown): Generator<string> {
  if (isText(value)) yield value;
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) yield* textsIn(part);
}
