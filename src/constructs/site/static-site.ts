import type { V1NetworkPolicyPeer } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { Image } from '../../images/image';
import { show } from '../../basics/text';
import { knownOptions, unknownOptions } from '../../problems/unknown-options';
import type { Policy } from '../../links/policy';
import { Microservice } from '../microservice/microservice';
import { addHeadlessService } from '../shared/headless-service';
import { addObject } from '../shared/object';
import { integer } from '../shared/value-problems';
import { STATIC_SITE_OPTIONS, type StaticSiteOptions } from './options';
import { resolveStaticSite, type ResolvedStaticSite } from './resolve';

/** A built page, served from its own small image. A CDN in front of it needs no cache invalidation. */
export class StaticSite extends Microservice {
  constructor(scope: Construct, id: string, options: StaticSiteOptions) {
    const resolved = resolveStaticSite(options);
    const { folder, fallback, assets, keep, headers, repository, ...rest } = resolved;
    const peers = `${id}-peers`;
    super(scope, id, {
      ...knownOptions(rest, STATIC_SITE_OPTIONS),
      image: Image.site(id, { folder, assets, keep }, repository),
      telemetry: false,
      env: {
        ...(fallback && { SITE_FALLBACK: '/index.html' }),
        ...(headers && { SITE_HEADERS: JSON.stringify(headers) }),
        SITE_PEERS: peers,
      },
    });
    for (const finding of unknownOptions(options, STATIC_SITE_OPTIONS)) this.problem(...finding);
    this.#check(resolved);
    this.#addPeers(peers);
  }

  /**
   * During a rollout old and new replicas serve requests. A replica gets assets that it does not have from the others.
   */
  #addPeers(name: string): void {
    const { pods = {}, ports = [] } = this.endpoint.options;
    const metadata = { name, labels: { ...pods } };
    const peer: V1NetworkPolicyPeer = { podSelector: { matchLabels: { ...pods } } };
    const allowed = ports.map((port) => ({ port, protocol: 'TCP' }));
    // Pods that are not ready are published too: the assets of a new page must be available before the page is served.
    addHeadlessService(this, 'peers', metadata, [{ name: 'http', port: 80 }], { publishNotReadyAddresses: true });
    addObject<Policy>(this, 'peers-policy', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: {
        podSelector: { matchLabels: { ...pods } },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [peer], ports: allowed }],
        egress: [{ to: [peer], ports: allowed }],
      },
    });
  }

  #check({ assets, keep, headers = {} }: ResolvedStaticSite): void {
    if (this.name.length > 57) {
      this.problem('name-invalid', {
        message: 'The name is too long for the name of the additional Service.',
        expected: 'at most 57 characters, because -peers is added',
        got: show(this.name),
        fix: `Remove at least ${this.name.length - 57} characters from the name.`,
      });
    }
    for (const [i, folder] of assets.entries()) {
      if (folder !== '/' && (!/^[\w.-]+(?:\/[\w.-]+)*\/?$/.test(folder) || folder.split('/').includes('..'))) {
        this.problem('path-invalid', {
          message: 'This is not a valid folder of the page.',
          field: `assets[${i}]`,
          expected: 'a folder such as assets or static/js, or / for the whole page',
          got: show(folder),
          fix: 'Write the path relative to the folder of the page.',
        });
      }
    }
    for (const problem of integer('keep', keep, { code: 'construct-invalid', min: 0 })) this.problem(...problem);
    for (const [name, value] of Object.entries(headers)) {
      if (/^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e]*$/.test(value)) continue;
      this.problem('header-invalid', {
        message: 'This is not a valid header.',
        field: `headers.${name}`,
        expected: 'a name such as content-security-policy, and one line of ASCII characters',
        got: show(value),
        fix: 'Correct the name, or encode the value.',
      });
    }
  }
}
