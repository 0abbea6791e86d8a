import { Document, type ScalarTag, type Tags } from 'yaml';
import { stringTag } from 'yaml/util';

/** A value as YAML, written by the library so that every version of YAML reads the same value. */
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

/** Characters at which a YAML 1.1 parser breaks the line, or that it drops or rejects. */
const SPECIAL = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;
/** Several lines, and the first starts with white space. Parsers disagree about its indentation. */
const BLANK_START = /^(?=\s)[^]*\n/;

/** Text that parsers may read differently is written in double quotes, with escapes. */
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
