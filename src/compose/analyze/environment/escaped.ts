/** Escapes `$(` and `$$`, which Kubernetes would replace. Compose variables are replaced already, so the text is literal. */
export function escaped(text: string): string {
  return text.replace(/\$(?=[$(])/g, '$$$$');
}
