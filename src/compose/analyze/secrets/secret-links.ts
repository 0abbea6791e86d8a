import { nodeAt, type ComposeNode } from '../../load/node';
import { commandOf } from '../../load/service';
import type { ReadVariable } from '../../load/variables/interpolate';
import type { Member } from '../member';
import { isSecretName, passwordsIn } from './detect';

/** Where a secret value is written. */
interface SecretOrigin {
  readonly member: Member;
  /** Whether the name of the setting, or the option of the command, says that it is a secret. */
  readonly named: boolean;
  readonly node?: ComposeNode;
  readonly variables?: readonly ReadVariable[];
}

/** Finds out which equal values are one secret: two services can have the same password by chance. */
export class SecretLinks {
  readonly #groups = new Map<string, ReadonlyMap<Member, Member>>();
  #holders: ReadonlyMap<string, readonly Member[]> | undefined;

  constructor(private readonly members: ReadonlyMap<string, Member>) {}

  /** The links of a value. It is the same secret as an equal value with one of these links. */
  of(value: string, { member, named, node, variables = [] }: SecretOrigin): string[] {
    const { file, line, column } = node?.position.place ?? {};
    const head = named ? this.#group(value).get(member) : undefined;
    return [
      ...variables.filter((variable) => variable.value === value).map(({ name }) => `variable ${name}`),
      ...(file === undefined ? [] : [`place ${file}:${line}:${column ?? ''}`]),
      ...(head ? [`server and callers ${head.name}`] : []),
    ];
  }

  /** The services that have this secret and are linked by calls, each with one service that stands for all of them. */
  #group(value: string): ReadonlyMap<Member, Member> {
    const known = this.#groups.get(value);
    if (known) return known;
    this.#holders ??= holdersIn(this.members.values());
    const heads = new Map<Member, Member>((this.#holders.get(value) ?? []).map((member) => [member, member]));
    const headOf = (member: Member): Member => {
      let head = member;
      while (heads.get(head) !== head) head = heads.get(head)!;
      heads.set(member, head);
      return head;
    };
    for (const caller of heads.keys())
      for (const server of caller.calls) if (heads.has(server)) heads.set(headOf(server), headOf(caller));
    const all = [...heads.keys()].map((member) => [member, headOf(member)] as const);
    const several = new Set(all.filter(([member, head]) => member !== head).map(([, head]) => head));
    const group = new Map(all.filter(([, head]) => several.has(head)));
    this.#groups.set(value, group);
    return group;
  }
}

/** The services with each secret value: in a setting with the name of a secret, or in an option for a password. */
function holdersIn(members: Iterable<Member>): Map<string, Member[]> {
  const holders = new Map<string, Member[]>();
  for (const member of members) {
    const words = ['command', 'entrypoint'].flatMap((key) => commandOf(nodeAt(member.node, key)));
    const values = new Set([
      ...[...member.env].filter(([name]) => isSecretName(name)).map(([, { value }]) => String(value)),
      ...passwordsIn(words.map(({ word }) => word)),
    ]);
    for (const value of values) {
      const others = holders.get(value);
      if (others) others.push(member);
      else holders.set(value, [member]);
    }
  }
  return holders;
}
