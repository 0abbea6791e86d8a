/**
 * The names in a text that Kubernetes replaces by the values of variables: `$(NAME)`. A name ends at the first `)`, and
 * `$$` stands for `$`.
 */
export function* referencesIn(text: string): Generator<{ readonly name: string; readonly at: number }> {
  for (let at = text.indexOf('$'); at !== -1;) {
    const end = text[at + 1] === '(' ? text.indexOf(')', at) : at + 1;
    if (end === -1) return;
    if (text[at + 1] === '(') yield { name: text.slice(at + 2, end), at };
    at = text.indexOf('$', end + 1);
  }
}
