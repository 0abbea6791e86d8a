import type { Member } from '../member';
import { programWords } from '../../load/service';

/** Docker has no limit by default, so the limit has to be large enough for most programs. */
const DEFAULT = '1Gi';
const STEP = 256 * 1024 ** 2;
const UNITS: Readonly<Record<string, number>> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** The memory limit if the file has none: from the heap that the settings name, or from the kind of the image. */
export function memoryLimitOf(member: Member): string {
  const heap = heapOf(member);
  if (heap === undefined) return member.known?.memory ?? DEFAULT;
  // The program needs memory outside of its heap, too.
  const bytes = Math.max(heap * 1.5, heap + 512 * 1024 ** 2);
  return `${(Math.ceil(bytes / STEP) * STEP) / 1024 ** 2}Mi`;
}

/** The largest heap in the settings and the command: `-Xmx2g`, `--max-old-space-size=4096`, or `MEMORY=4G`. */
function heapOf({ env, node }: Member): number | undefined {
  const texts = [
    ...[...env].map(([name, { value }]) => (/^(MAX_)?MEMORY$/.test(name) ? `-Xmx${value} ${value}` : String(value))),
    ...programWords(node),
  ];
  const sizes = texts.flatMap((text) => [
    ...[...text.matchAll(/-Xmx(\d{1,6})([kmg])/gi)].map(
      ([, number, unit]) => Number(number) * UNITS[unit!.toLowerCase()]!,
    ),
    ...[...text.matchAll(/--max-old-space-size=(\d{1,6})/g)].map(([, number]) => Number(number) * UNITS.m!),
  ]);
  return sizes.length > 0 ? Math.max(...sizes) : undefined;
}
