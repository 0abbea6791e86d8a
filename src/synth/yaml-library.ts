import { Document, type ScalarTag, type Tags } from 'yaml';
import { stringTag } from 'yaml/util';

/** A value as the library writes it, so that any version of YAML reads it the same. */
export function write(value: unknown): string {
  return new Document(value, {
    aliasDuplicateObjects: false,
    compat: 'yaml-1.1',
    customTags: withCarefulText,
  }).toString({
    lineWidth: 0,
    doubleQuotedAsJSON: true,
  });
}

/** Characters that a parser of YAML 1.1 breaks lines at, leaves out or refuses. */
const SPECIAL = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;
/** Lines of which the first begins with white space: what of it is indentation, parsers tell differently. */
const BLANK_START = /^(?=\s)[^]*\n/;

/** Text that not every parser would read the same as it stands is written between double quotes, with escapes. */
const carefulText: ScalarTag = {
  ...stringTag,
  stringify(item, ...rest) {
    const text = String(item.value);
    if (text.search(SPECIAL) < 0 && !BLANK_START.test(text)) return stringTag.stringify!(item, ...rest);
    const quoted = stringTag.stringify!({ ...item, type: 'QUOTE_DOUBLE' } as typeof item, ...rest);
    return quoted.replace(SPECIAL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  },
};

function withCarefulText(tags: Tags): Tags {
  return tags.map((tag) => (tag === stringTag ? carefulText : tag));
}
