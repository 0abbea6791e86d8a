/** Lines of manifests that a page shows, and the object that they come from: a fence such as ```yaml Service cart. */
export function quotesOf(page: string): (readonly [title: string, lines: string])[] {
  return [...page.matchAll(/^```yaml(?: (\w+) ([\w-]+))?\n(.*?)^```$/gms)].map(
    ([, kind, name, lines]) => [`${kind} ${name}`, lines!] as const,
  );
}

/** The text of an object among the texts of all objects. The name of a Job ends with a hash. */
export function objectOf(title: string, objects: readonly string[]): string | undefined {
  const [kind, name] = title.split(' ') as [string, string];
  return objects.find(
    (text) =>
      new RegExp(`^kind: ${kind}$`, 'm').test(text) &&
      new RegExp(`^ {2}name: ${name}${kind === 'Job' ? '-[0-9a-f]{8}' : ''}$`, 'm').test(text),
  );
}

/** Whether the text contains the lines in a row, at any indentation. The first line can follow the dash of a list item. */
export function contains(lines: string, text: string): boolean {
  const wanted = lines.trimEnd().split('\n');
  const there = text.replaceAll(/^( *)- /gm, '$1  ').split('\n');
  const plain = unindented(wanted.map((line) => line.replace(/^( *)- /, '$1  ')));
  return there.some((_, i) => {
    const depth = /^ */.exec(there[i]!)![0];
    return plain.every((line, n) => there[i + n] === depth + line);
  });
}

/** The lines without the indentation that all of them have. */
function unindented(lines: string[]): string[] {
  const depth = Math.min(...lines.map((line) => /^ */.exec(line)![0].length));
  return lines.map((line) => line.slice(depth));
}
