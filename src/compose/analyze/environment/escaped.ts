/** Kubernetes reads `$(NAME)` and `$$`; compose has read its own variables already, so what stands there is meant as it stands. */
export function escaped(text: string): string {
  return text.replace(/\$(?=[$(])/g, '$$$$');
}
