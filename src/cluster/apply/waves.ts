import type { GraphEdge } from '../../links/graph';

/**
 * Groups names so that each group calls only names of its own group or of earlier groups. Names that call each other
 * in a circle are in one group.
 */
export function wavesOf(names: readonly string[], edges: readonly Pick<GraphEdge, 'from' | 'to'>[]): string[][] {
  const calls = new Map(names.map((name) => [name, [] as string[]]));
  for (const { from, to } of edges) if (calls.has(to)) calls.get(from)?.push(to);

  // Tarjan's algorithm, without recursion: chains can be longer than the stack.
  const [index, low, level] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  const [stack, onStack] = [[] as string[], new Set<string>()];
  for (const start of names) {
    if (index.has(start)) continue;
    const work = [{ name: start, next: 0 }];
    while (work.length > 0) {
      const at = work.at(-1)!;
      const { name } = at;
      if (at.next === 0) {
        index.set(name, index.size);
        low.set(name, index.get(name)!);
        stack.push(name);
        onStack.add(name);
      }
      const callee = calls.get(name)![at.next];
      if (callee !== undefined) {
        at.next++;
        if (!index.has(callee)) work.push({ name: callee, next: 0 });
        else if (onStack.has(callee)) low.set(name, Math.min(low.get(name)!, index.get(callee)!));
        continue;
      }
      // A name without calls must not be entered twice.
      at.next++;
      work.pop();
      const caller = work.at(-1)?.name;
      if (caller !== undefined) low.set(caller, Math.min(low.get(caller)!, low.get(name)!));
      if (low.get(name) === index.get(name)) closeCircle(name, { calls, level, stack, onStack });
    }
  }
  const waves: string[][] = [];
  for (const name of names) (waves[level.get(name)!] ??= []).push(name);
  return waves;
}

interface Circles {
  readonly calls: ReadonlyMap<string, readonly string[]>;
  readonly level: Map<string, number>;
  readonly stack: string[];
  readonly onStack: Set<string>;
}

/** All names of one circle come directly after the last name that any of them calls. */
function closeCircle(name: string, { calls, level, stack, onStack }: Circles): void {
  const members = stack.splice(stack.indexOf(name));
  for (const member of members) onStack.delete(member);
  const callees = members.flatMap((member) => calls.get(member)!).filter((callee) => level.has(callee));
  const wave = Math.max(-1, ...callees.map((callee) => level.get(callee)!)) + 1;
  for (const member of members) level.set(member, wave);
}
