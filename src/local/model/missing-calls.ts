import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { imageFiles } from '../../images/source/source-hash';
import { variableName } from '../../k8s/names';
import type { Endpoint } from '../../links/endpoint';
import { partVariable } from '../../links/variables';
import type { Part } from './part';

const SOURCE = /\.(?:[cm]?[jt]sx?|cs|exs?|go|java|kt|php|py|rb|rs|scala|sh)$/;
/** Larger files are usually generated. */
const LARGEST = 500_000;

/**
 * A line for each call that a program seems to make, although the charts do not declare it: its source names the variable
 * of the call, which is not set. Files that several images have say nothing, because not every program uses all of a library.
 */
export function missingCalls(parts: readonly Part[]): string[] {
  const files = new Map(parts.map((part) => [part, sourceFiles(part)]));
  const images = new Map<string, Set<Endpoint>>();
  for (const [{ endpoint }, paths] of files)
    for (const path of paths) images.set(path, (images.get(path) ?? new Set()).add(endpoint));
  return [...files].flatMap(([part, paths]) => {
    const missing = new Map(variablesNotSet(part, parts));
    const own = missing.size > 0 ? paths.filter((path) => images.get(path)!.size === 1) : [];
    return own.flatMap((path) => {
      const text = readFileSync(path, 'utf8');
      return [...missing].flatMap(([variable, to]) => {
        const at = text.search(new RegExp(`\\b${variable}\\b`));
        if (at < 0) return [];
        missing.delete(variable);
        return [hint(part, to, variable, `${path}:${text.slice(0, at).split('\n').length}`)];
      });
    });
  });
}

/** The variables of the calls that the chart of a part could declare, and does not. */
function* variablesNotSet({ endpoint, container }: Part, parts: readonly Part[]): Generator<[string, Endpoint]> {
  const set = new Set(container.env?.map(({ name }) => name));
  for (const { endpoint: to } of parts) {
    const variable = partVariable(variableName(to.name), 'URL');
    const isCallable = to !== endpoint && to.options.address?.protocol === 'http';
    if (isCallable && !set.has(variable) && !endpoint.calls.some((call) => call.to === to)) yield [variable, to];
  }
}

function sourceFiles({ source }: Part): string[] {
  if (!source || source.site) return [];
  const { context, dockerfile } = source;
  const paths = [...imageFiles(context, dockerfile, source).files.values()]
    .flat()
    .map(({ path }) => join(context, path));
  return [...new Set(paths)].filter((path) => SOURCE.test(path) && statSync(path).size <= LARGEST);
}

function hint({ name, place }: Part, to: Endpoint, variable: string, where: string): string {
  const chart = place ? ` in ${place.file}, where ${name} is declared` : '';
  return `${name} reads ${variable} (${where}), but the charts do not set it. If ${name} calls ${to.name}, add ${name}.calls(${to.name})${chart}.`;
}
