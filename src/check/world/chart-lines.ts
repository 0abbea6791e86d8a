import { variableName } from '../../k8s/names';
import { DATABASE_PARTS, DATABASE_PREFIX, EVENT_LOG_PARTS, EVENT_LOG_PREFIX } from '../../links/variables';
import { callables, callLine, hasLogin, identifier } from './chart-parts';
import { namespaceOf, type World } from './world';

/** A line of a chart that is missing, and the variables that it would set. */
interface MissingLine {
  readonly prefix: string;
  readonly variables: readonly string[];
  readonly line: string;
  readonly how: string;
}

/** The lines that declare further calls of a microservice whose variables are `known`. */
export function linesThatSet(
  world: World,
  namespace: string,
  microservice: string,
  known: readonly string[],
): MissingLine[] {
  const reachable = callables(world).filter(
    ({ name, kind, manifest }) =>
      name !== microservice && (!hasLogin(kind) || namespaceOf(manifest.object) === namespace),
  );
  const calls = reachable.map(({ name, kind }): MissingLine => {
    const parts = { http: ['URL'], server: ['HOST', 'PORT'], database: DATABASE_PARTS, 'event-log': EVENT_LOG_PARTS }[
      kind
    ];
    const line = callLine(microservice, identifier(name));
    return { ...variablesOfCall(variableName(name), parts), line, how: 'Declare the call in the chart' };
  });
  const database = reachable.find(({ kind }) => kind === 'database')?.name;
  const option: MissingLine[] = database
    ? [
        {
          ...variablesOfCall(DATABASE_PREFIX, DATABASE_PARTS),
          line: `database: ${identifier(database)}`,
          how: `Set an option of ${microservice} in the chart`,
        },
      ]
    : [];
  const log = reachable.find(({ kind }) => kind === 'event-log')?.name;
  const keeps: MissingLine[] = log
    ? [
        {
          ...variablesOfCall(EVENT_LOG_PREFIX, EVENT_LOG_PARTS),
          line: `${identifier(microservice)}.keepsLogIn(${identifier(log)})`,
          how: 'Declare the event log in the chart',
        },
      ]
    : [];
  return [...calls, ...option, ...keeps].filter(({ prefix }) => !known.some((variable) => variable.startsWith(prefix)));
}

function variablesOfCall(name: string, parts: readonly string[]): Pick<MissingLine, 'prefix' | 'variables'> {
  return { prefix: `${name}_`, variables: parts.map((part) => `${name}_${part}`) };
}
