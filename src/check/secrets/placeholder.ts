/** References to variables and templates that a program replaces: `$(NAME)`, `${NAME}`, `{{ name }}`, `%s`, `%(name)s`. */
const REFERENCE = /\$[({\w]|`|\{\{|^\{.*\}$|^%[a-z]$|^%\(|^%\w+%$|^__\w+__$|^#\{/i;
/** Marks of a value that is left out: `<password>`, `[password]`, `***`, `xxx`, `...`. */
const LEFT_OUT = /^(<.*>|\[.*\]|[*x•.…_#?-]+)$/i;
/** Names of the value itself: `PASSWORD`, `YOUR_TOKEN`, `CHANGE-ME`. */
const NAME_OF_ITSELF =
  /^(?=.*(PASS|PWD|PW$|SECRET|TOKEN|KEY|YOUR|CHANGE|REPLACE|EXAMPLE|PLACEHOLDER|VALUE|CREDENTIAL))[A-Z][A-Z0-9]*([ _.-][A-Z0-9]+)*$/;
const WORDS =
  /^(your|example|placeholder|redacted|masked|hidden|dummy|todo|tbd|fixme|insert|replace|none|null|nil|undefined)([^a-z]|$)/i;
/** Switches such as ALLOW_EMPTY_PASSWORD have these values. */
const SWITCH = /^(|true|false|yes|no|on|off|[01])$/i;

/** Whether a value certainly is no secret, but stands for one: a reference, a placeholder, a path or a switch. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim().replace(/^(["'])(.*)\1$/, '$2');
  return [REFERENCE, LEFT_OUT, NAME_OF_ITSELF, WORDS, SWITCH, /^\//].some((pattern) => pattern.test(text));
}
