import type { ScalarTag, Tags } from 'yaml';

// The YAML of Kubernetes is Go's: 1.2, but for the truth values, octal numbers and underscores of 1.1. Whoever reads
// `value: yes` as a text finds nothing wrong where the API server refuses a boolean.

const truth: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/,
  resolve: (text) => /^[yYoO][^fF]*$/.test(text),
};

const number: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?(?:0_*[0-7][0-7_]*|0b[01_]+|0o[0-7_]+|0x[\da-fA-F_]+|[1-9]\d*_[\d_]*)$/,
  resolve(text) {
    const digits = text
      .replaceAll('_', '')
      .replace(/^[-+]/, '')
      .replace(/^0(?=\d)/, '0o');
    return Number(digits) * (text.startsWith('-') ? -1 : 1);
  },
};

/** The tags with which Kubernetes reads a manifest. */
export function kubernetesTags(tags: Tags): Tags {
  return [truth, number, ...tags];
}
