import { isHost } from '../../../k8s/names';
import type { ImportContext } from '../context';
import { isCallable, type Member } from '../member';
import { portOfScheme, replaceHosts, type HostMention } from './hosts';

/** A host outside of the cluster. */
export interface OutsideHost {
  readonly host: string;
  readonly port: number;
}

/** A text with the hosts of the chart. */
interface RewrittenText {
  readonly text: string;
  readonly changed: boolean;
  /** A host that is neither in the chart nor outside. */
  readonly unknown?: string;
  /** A host outside of the cluster, with its port. */
  readonly outside?: string;
}

/** Names of settings with the address that a program listens at. */
const LISTENS = /(^HOST|(^|_)(LISTENERS?|LISTEN_?\w*|BIND_?\w*))$/i;

type Found = { unknown?: string; outside?: string };

/** Rewrites the hosts in the settings and commands of one service to those of the chart. */
export class HostRewriter {
  /** The hosts outside of the cluster, by host and port. */
  readonly outside = new Map<string, OutsideHost>();

  constructor(
    private readonly context: ImportContext,
    private readonly member: Member,
  ) {}

  /** Rewrites a text. `name` is the name of its setting: it shows whether a single word is a host. */
  rewrite(text: string, name?: string): RewrittenText {
    const found: Found = {};
    const rewritten = replaceHosts(text, (mention) => this.#host(mention, name, found), name);
    return { text: rewritten, changed: rewritten !== text, ...found };
  }

  /** Rewrites a command that runs in the pod itself: the program is at localhost. */
  inPod(text: string): string {
    return replaceHosts(text, (mention) => {
      if (this.context.memberAt(mention.host, this.member) !== this.member) return this.#host(mention, undefined, {});
      return { host: 'localhost', ...(mention.port !== undefined && { port: mention.port }) };
    });
  }

  #host(mention: HostMention, name: string | undefined, found: Found): { host: string; port?: number } | undefined {
    const other = this.context.memberAt(mention.host, this.member);
    if (other === this.member) {
      // A program listens at all addresses of its pod. Elsewhere its name stays, because other programs can read it too.
      const host = name !== undefined && LISTENS.test(name) && !/ADVERTISED/i.test(name) ? '0.0.0.0' : other.id;
      if (host === other.id) other.ownNames.add(host);
      return { host, ...(mention.port !== undefined && { port: mention.port }) };
    }
    if (other) {
      if (!isCallable(other)) found.unknown = other.name;
      const http = other.role.kind === 'http' && (mention.port === undefined || mention.port === other.role.port);
      if (!http) return { host: other.id, ...(mention.port !== undefined && { port: mention.port }) };
      // HTTP is on port 80, the default of a URL.
      return mention.scheme || mention.port === undefined ? { host: other.id } : { host: other.id, port: 80 };
    }
    if (
      /^(localhost|127\.|0\.0\.0\.0)/.test(mention.host) ||
      /^[\d.]+$/.test(mention.host) ||
      mention.host.endsWith('.localhost')
    )
      return undefined;
    if (/^(host|gateway)\.docker\.internal$/.test(mention.host)) found.unknown = mention.host;
    else if (mention.host.includes('.')) this.#external(mention, name, found);
    else if (mention.scheme || (mention.port === undefined && name && /(HOST|HOSTNAME|ADDR|ADDRESS)$/i.test(name)))
      found.unknown = mention.host;
    return undefined;
  }

  #external(mention: HostMention, name: string | undefined, found: Found): void {
    const host = mention.host.toLowerCase();
    const sibling =
      name && Number(this.member.env.get(name.replace(/(HOST|HOSTNAME|SERVER|ADDR|ADDRESS)$/i, 'PORT'))?.value);
    const port = mention.port ?? portOfScheme(mention.scheme) ?? (sibling || undefined);
    if (!isHost(host) || port === undefined) return;
    found.outside = `${host}:${port}`;
    this.outside.set(found.outside, { host, port });
  }
}
