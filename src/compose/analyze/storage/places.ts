import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { isPlainPath } from '../../../constructs/shared/value-problems';
import type { Context } from '../context';
import type { Member } from '../member';
import { mentionsIn } from '../network/hosts';
import type { Node } from '../../load/node';
import { isSecretFile } from '../secrets/detect';
import type { Literal } from '../../write/typescript';

/** Where a microservice keeps and finds files. */
export class Places {
  readonly files: Record<string, Literal> = {};
  readonly volumes: Record<string, Literal> = {};
  readonly writable: string[] = [];
  readonly #taken = new Set<string>();

  constructor(
    private readonly context: Context,
    private readonly member: Member,
  ) {}

  /** A path at which something can be mounted, and nothing is. */
  free(node: Node, given: string): string | undefined {
    const path = given.replace(/(.)\/+$/, '$1');
    if (!isPlainPath(path) || path === '/') this.context.report.refused(node, 'Nothing can be mounted there.');
    else if (this.#taken.has(path)) this.context.report.refused(node, 'Something else is mounted there.');
    else {
      this.#taken.add(path);
      return path;
    }
    return undefined;
  }

  /** A file of the project: its text stands in the manifests, unless nobody should read it. */
  addFile(target: string, path: string, node: Node): void {
    const name = relative('', path);
    const text = readFileSync(path, 'utf8');
    this.#callsIn(text, name, node);
    if (!isSecretFile(path, text)) {
      this.files[target] = { file: name };
      return;
    }
    const use = this.context.secrets.keyForFile(`${this.member.id}-files`, basename(path), name);
    this.files[target] = { ...use };
    this.context.report.approximated(
      node,
      `${name} holds what nobody should read, so it stays out of the chart: put it into the Secret ${use.secret}.`,
    );
  }

  /** The services that a file names: they are called, and by the names and ports that they have in the chart. */
  #callsIn(text: string, name: string, node: Node): void {
    for (const [i, line] of text.split('\n').entries()) {
      for (const { host, port } of mentionsIn(line)) {
        const other = this.context.memberAt(host, this.member);
        if (!other || other === this.member || other.role.kind === 'worker' || other.role.kind === 'left out') continue;
        this.member.calls.add(other);
        const moved = other.role.kind === 'http' && port === other.role.port && port !== 80;
        if (host === other.id && !moved) continue;
        const as = `write ${other.id} there${moved ? ', whose HTTP is on port 80' : ''}`;
        this.context.report.approximated(
          node,
          `${name}:${i + 1} names ${host}${port === undefined ? '' : `:${port}`}: ${as}.`,
        );
      }
    }
  }
}
