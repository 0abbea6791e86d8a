import type * as Unbash from 'unbash';
import type { SyntaxNode, Word, WordPart } from 'unbash';

/** A part of a word that only the shell knows. No host and no port contains it. */
export const UNKNOWN = '\0';

/** The value of a variable, or undefined if only the shell knows it. */
export type ValueOf = (variable: string) => string | undefined;

/** Loaded with the first script, because most checks read none. */
function parser(): typeof Unbash {
  return require('unbash') as typeof Unbash;
}

/** Longer scripts are not read. The time to read nested substitutions grows with the square of the length. */
const LONGEST = 20_000;
/** Commands that set variables to values that are not in the script. */
const SETS_VARIABLES = new Set(['read', 'getopts', 'mapfile', 'readarray', 'unset', 'printf']);
const NAMESPACE = /^\$\(\s*cat\s+\/var\/run\/secrets\/kubernetes\.io\/serviceaccount\/namespace\s*\)$/;

/**
 * The words of all commands in a script, including those in loops, functions and substitutions.
 * The target of a redirection is a word too.
 */
export function commandsIn(script: string, namespace: string, valueOf: ValueOf): string[][] {
  if (script.length > LONGEST) return [];
  const commands: string[][] = [];
  /** The variables of the script itself. */
  const own = new Map<string, string>();
  let complete = true;

  const lookUp = (name: string): string => (complete ? (own.get(name) ?? valueOf(name) ?? UNKNOWN) : UNKNOWN);
  const set = (name: string, value: string): void => void own.set(name, value);

  const textOf = (word: Word | undefined): string => (word ? (word.parts?.map(partOf).join('') ?? word.value) : '');
  const partOf = (part: WordPart): string => {
    switch (part.type) {
      case 'Literal':
      case 'SingleQuoted':
      case 'AnsiCQuoted':
        return part.value;
      case 'DoubleQuoted':
      case 'LocaleString':
        return part.parts.map(partOf).join('');
      case 'Glob':
      case 'ExtendedGlob':
        return part.text;
      case 'SimpleExpansion':
        return lookUp(part.text.slice(1));
      case 'ParameterExpansion':
        return expansionOf(part);
      case 'CommandExpansion':
        return NAMESPACE.test(part.text) ? namespace : UNKNOWN;
      default:
        return UNKNOWN;
    }
  };
  const expansionOf = (part: Extract<WordPart, { type: 'ParameterExpansion' }>): string => {
    const { operation } = part;
    if (part.prefix || part.index) return UNKNOWN;
    const value = lookUp(part.parameter);
    const keeps = operation === undefined || (operation.type === 'Default' && !operation.operator.endsWith('+'));
    return keeps ? value : UNKNOWN;
  };

  // A variable that is set in a branch or a loop has several values.
  const visit = (node: SyntaxNode, certain: boolean): void => {
    switch (node.type) {
      case 'Assignment':
        set(
          node.name,
          certain && node.value.type === 'Word' && !node.append && !node.index && valueOf(node.name) === undefined
            ? textOf(node.value)
            : UNKNOWN,
        );
        break;
      case 'Command': {
        const words = [node.name, ...node.args].map((word) => (word?.type === 'Assignment' ? word.text : textOf(word)));
        const name = words[0]!;
        if (SETS_VARIABLES.has(name)) for (const word of words.slice(1)) set(word, UNKNOWN);
        if (name === '.' || name === 'source') complete = false;
        const files = node.redirects.flatMap((redirect) =>
          redirect.type === 'Redirect' ? [textOf(redirect.target)] : [],
        );
        commands.push([...words, ...files]);
        // In `HOST=db psql`, only psql sees the variable.
        const before = new Set<SyntaxNode>(node.name ? node.prefix.filter(({ type }) => type === 'Assignment') : []);
        parser().forEachChild(node, (child) => {
          if (!before.has(child)) visit(child, certain);
        });
        return;
      }
      case 'Redirected':
        for (const redirect of node.redirects)
          if (redirect.type === 'Redirect') commands.push(['', textOf(redirect.target)]);
        break;
      case 'For':
        // A loop over literal words reads its body once for each of them.
        for (const word of (node.wordlist ?? []).slice(0, 20)) {
          set(node.name.value, textOf(word));
          visit(node.body, false);
        }
        set(node.name.value, UNKNOWN);
        return;
      case 'ParameterExpansion':
        // ${HOST:=db} sets the variable.
        if (node.operation?.type === 'Default' && node.operation.operator.endsWith('=')) set(node.parameter, UNKNOWN);
        break;
      default:
    }
    const branches =
      node.type === 'If' ||
      node.type === 'While' ||
      node.type === 'Case' ||
      node.type === 'AndOr' ||
      node.type === 'Pipeline' ||
      node.type === 'Subshell' ||
      node.type === 'Function' ||
      node.type === 'CommandExpansion';
    parser().forEachChild(node, (child) => visit(child, certain && !branches));
  };
  const tree = parser().parse(script);
  // A script with errors may mean something else.
  if (tree.errors?.length) return [];
  visit(tree, true);
  return commands;
}
