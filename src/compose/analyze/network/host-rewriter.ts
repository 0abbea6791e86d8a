import { isHost } from '../../../k8s/names';
import type { Context } from '../context';
import type { Member } from '../member';
import { portOfScheme, replaceHosts, type Mention } from './hosts';

/** What stands outside the cluster and is called. */
export interface Outside {
  readonly host: string;
  readonly port: number;
}

/** A text whose hosts are those of the chart, and what was found in it. */
export interface Rewritten {
  readonly text: string;
  readonly changed: boolean;
  /** A host that nothing in the chart or outside answers to. */
  readonly unknown?: string;
  /** A host outside, with its port. */
  readonly outside?: string;
}

type Found = { unknown?: string; outside?: string };

/** Writes the hosts of one service's settings and commands as the chart names them. */
export class HostRewriter {
  /** What is called outside, by host and port. */
  readonly outside = new Map<string, Outside>();

  constructor(
    private readonly context: Context,
    private readonly member: Member,
  ) {}

  /** A setting; `name` tells whether a word by itself is a host. */
  rewrite(text: string, name?: string): Rewritten {
    const found: Found = {};
    const rewritten = replaceHosts(text, (mention) => this.#host(mention, name, found), name);
    return { text: rewritten, changed: rewritten !== text, ...found };
  }

  #host(mention: Mention, name: string | undefined, found: Found): { host: string; port?: number } | undefined {
    const other = this.context.memberAt(mention.host, this.member);
    if (other === this.member) {
      // What it tells others of itself stays. A call of itself need not leave the pod, and policies let it nowhere.
      if (other.role.kind !== 'http' || !mention.scheme) return undefined;
      return { host: 'localhost', port: mention.port ?? other.role.port };
    }
    if (other) {
      if (other.role.kind === 'worker' || other.role.kind === 'left out') found.unknown = other.name;
      const http = other.role.kind === 'http' && (mention.port === undefined || mention.port === other.role.port);
      if (!http) return { host: other.id, ...(mention.port !== undefined && { port: mention.port }) };
      // HTTP is on 80, which a URL need not say.
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

  #external(mention: Mention, name: string | undefined, found: Found): void {
    const host = mention.host.toLowerCase();
    const sibling =
      name && Number(this.member.env.get(name.replace(/(HOST|HOSTNAME|SERVER|ADDR|ADDRESS)$/i, 'PORT'))?.value);
    const port = mention.port ?? portOfScheme(mention.scheme) ?? (sibling || undefined);
    if (!isHost(host) || port === undefined) return;
    found.outside = `${host}:${port}`;
    this.outside.set(found.outside, { host, port });
  }
}
