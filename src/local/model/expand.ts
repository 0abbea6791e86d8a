/** Replaces `$(NAME)` by the value of an earlier variable, as Kubernetes does. `$$(NAME)` is `$(NAME)`. */
export function expandReferences(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\$|\(([\w.-]+)\))/g, (whole, escaped: string, name?: string) => {
    if (escaped === '$') return '$';
    return name !== undefined && Object.hasOwn(values, name) ? values[name]! : whole;
  });
}
