/** A mount, from its short form `SOURCE:TARGET:MODE`. */
interface ShortVolume {
  readonly source?: string;
  readonly target: string;
  /** `ro`, `z` and others. */
  readonly modes: readonly string[];
}

/** Reads `data:/var/lib/data:ro`. In `C:\\data:/data` the drive letter belongs to the source. */
export function readVolume(text: string): ShortVolume {
  const drive = /^[A-Za-z]:[\\/]/.test(text) ? text.slice(0, 2) : '';
  const [first = '', second, modes] = text.slice(drive.length).split(':');
  if (second === undefined) return { target: drive + first, modes: [] };
  // `/target:ro` without a source.
  if (modes === undefined && !second.startsWith('/')) return { target: drive + first, modes: second.split(',') };
  return { source: drive + first, target: second, modes: modes ? modes.split(',') : [] };
}

/** One port of a container, and the port of the machine that publishes it. */
export interface PortMapping {
  readonly target: number;
  /** The port of the machine; undefined if Docker chooses it. */
  readonly published?: number;
  readonly hostIp?: string;
  readonly protocol: string;
}

/** Reads `127.0.0.1:8080-8081:80-81/tcp`; undefined if it is not a port. */
export function readPorts(text: string): PortMapping[] | undefined {
  const [, hostIp, published, target, protocol = 'tcp'] =
    /^(?:(?:(\[[\da-f:]+\]|[\d.]+):)?(\d+(?:-\d+)?)?:)?(\d+(?:-\d+)?)(?:\/(\w+))?$/i.exec(text.trim()) ?? [];
  const targets = range(target);
  const publishedTo = range(published);
  if (!targets || (publishedTo && publishedTo.length !== targets.length && targets.length !== 1)) return undefined;
  return targets.map((number, i) => ({
    target: number,
    protocol: protocol.toLowerCase(),
    ...(publishedTo?.[i] !== undefined && { published: publishedTo[i] }),
    ...(hostIp && { hostIp: hostIp.replace(/^\[|\]$/g, '') }),
  }));
}

function range(text: string | undefined): number[] | undefined {
  if (text === undefined) return undefined;
  const [from = 0, to = from] = text.split('-').map(Number);
  if (from < 1 || to > 65535 || to < from || to - from > 100) return undefined;
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** Splits a command into words as a shell does. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quote) {
      if (char === quote) quote = '';
      else if (char === '\\' && quote === '"' && /["\\$`]/.test(text[i + 1] ?? '')) word += text[++i]!;
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === '\\' && i + 1 < text.length) {
      i++;
      if (text[i] !== '\n') word = (word ?? '') + text[i]!;
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  return word === undefined ? words : [...words, word];
}

/** The seconds of `1m30s`; undefined if it is not a duration. */
export function secondsOf(text: string): number | undefined {
  const unit = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 } as Record<string, number>;
  if (!/^(\d+(\.\d+)?(us|ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)].reduce(
    (sum, [, number, name]) => sum + Number(number) * unit[name!]!,
    0,
  );
}

/** The bytes of `512m` or `1.5gb` as a Kubernetes quantity; undefined if it is not an amount. */
export function bytesOf(text: string): string | undefined {
  const [, number, unit = 'b'] = /^(\d+(?:\.\d+)?)\s*(b|kb?|mb?|gb?|kib|mib|gib)?$/i.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  const bytes = Math.round(Number(number) * 1024 ** 'bkmg'.indexOf(unit[0]!.toLowerCase()));
  if (!Number.isSafeInteger(bytes)) return undefined;
  for (const [size, name] of [
    [2 ** 30, 'Gi'],
    [2 ** 20, 'Mi'],
    [2 ** 10, 'Ki'],
  ] as const)
    if (bytes > 0 && bytes % size === 0) return `${bytes / size}${name}`;
  return bytes > 0 ? String(bytes) : undefined;
}
