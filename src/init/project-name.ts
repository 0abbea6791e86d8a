/** Words that YAML reads as a value. As a name they need quotes, which the templates do not have. */
const YAML_VALUES = new Set(['n', 'no', 'null', 'off', 'on', 'true', 'false', 'y', 'yes']);

const LONGEST = 63;

/** A text as a DNS label, for a namespace or a microservice: `My Shop_2` becomes `my-shop-2`. */
export function labelFrom(text: string): string {
  const label = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '');
  const named = /^[a-z]/.test(label) && !YAML_VALUES.has(label) ? label : `app-${label}`;
  return named.slice(0, LONGEST).replace(/-+$/, '');
}
