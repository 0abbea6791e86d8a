import type { ScalarTag, Tags } from 'yaml';

// Kubernetes uses YAML 1.2 with the booleans, octal numbers and underscores of YAML 1.1. A plain YAML 1.2 parser reads
// `value: yes` as a string and misses the boolean that the API server rejects.

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
