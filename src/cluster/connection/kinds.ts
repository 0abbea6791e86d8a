import type { KubeObject } from '../../k8s/objects';
import type { ApiServer } from './api-server';

interface Discovery {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly responseKind?: { readonly kind?: string };
        readonly scope: 'Cluster' | 'Namespaced';
      }[];
    }[];
  }[];
}

/** Where the API server holds the objects of a kind. */
interface Kind {
  readonly prefix: string;
  readonly resource: string;
  readonly namespaced: boolean;
}

const ACCEPT = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** The kinds that the API server serves. */
export class Kinds {
  #kinds: ReadonlyMap<string, Kind> = new Map();

  private constructor(private readonly api: ApiServer) {}

  static async of(api: ApiServer): Promise<Kinds> {
    const kinds = new Kinds(api);
    await kinds.refresh();
    return kinds;
  }

  /** Reads the kinds again: a CustomResourceDefinition adds some. */
  async refresh(): Promise<void> {
    const { api } = this;
    const [core, groups] = await Promise.all(['/api', '/apis'].map((path) => api.json<Discovery>(path, ACCEPT)));
    const kinds = new Map<string, Kind>();
    for (const { metadata, versions } of [...core!.items, ...groups!.items]) {
      for (const { version, resources = [] } of versions) {
        const apiVersion = metadata.name ? `${metadata.name}/${version}` : version;
        const prefix = metadata.name ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
        for (const { resource, responseKind, scope } of resources)
          if (responseKind?.kind)
            kinds.set(`${apiVersion} ${responseKind.kind}`, { prefix, resource, namespaced: scope === 'Namespaced' });
      }
    }
    this.#kinds = kinds;
  }

  /** The path of the objects of a kind, such as `Deployment.apps`. Undefined if the API server does not serve it. */
  listOf(groupKind: string, namespace: string | undefined): { path: string; apiVersion: string } | undefined {
    const [kind, ...group] = groupKind.split('.');
    const prefix = group.length > 0 ? `${group.join('.')}/` : '';
    // The API server lists the preferred version first.
    for (const [key, { prefix: base, resource, namespaced }] of this.#kinds) {
      const [apiVersion = '', name] = key.split(' ');
      if (name !== kind || (prefix ? !apiVersion.startsWith(prefix) : apiVersion.includes('/'))) continue;
      if (namespaced === (namespace === undefined)) return undefined;
      return { path: `${base}${namespaced ? `/namespaces/${namespace}` : ''}/${resource}`, apiVersion };
    }
    return undefined;
  }

  /** The path of an object. Undefined if the API server does not serve its kind. */
  pathOf({ apiVersion, kind, metadata }: KubeObject): string | undefined {
    const found = this.#kinds.get(`${apiVersion} ${kind}`);
    if (!found) return undefined;
    const { prefix, resource, namespaced } = found;
    return `${prefix}${namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : ''}/${resource}/${metadata.name}`;
  }
}
