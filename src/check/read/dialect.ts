import type { ScalarTag, Tags } from 'yaml';

// Kubernetes uses YAML 1.2 with the booleans, octal numbers and underscores of YAML 1.1. A plain YAML 1.2 parser reads
// `value: yes` as a string and misses the boolean that the API server rejects.

const truth: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/,
  resolve: (text) => /^[yYoO][^fF]*$/.test(text),
};

const integer: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?(?:0_*[0-7][0-7_]*|0b[01_]+|0[oO][0-7_]+|0[xX][\da-fA-F_]+|[1-9]\d*_[\d_]*)$/,
  resolve(text) {
    const digits = text
      .replaceAll('_', '')
      .replace(/^[-+]/, '')
      .replace(/^0(?=\d)/, '0o');
    return Number(digits) * (text.startsWith('-') ? -1 : 1);
  },
};

const fraction: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^[-+]?\d[\d_]*_[\d_]*\.[\d_]*(?:[eE][-+]?\d+)?$/,
  resolve: (text) => Number(text.replaceAll('_', '')),
};

/** A string with an explicit tag. The values in JSON, which the API server receives, have no other type for it. */
const text = (name: string, resolve: (value: string) => string): ScalarTag => ({
  tag: `tag:yaml.org,2002:${name}`,
  default: false,
  resolve,
});

/** The tags with which Kubernetes reads a manifest. */
export function kubernetesTags(tags: Tags): Tags {
  return [
    truth,
    integer,
    fraction,
    text('timestamp', (value) => value),
    text('binary', (value) => Buffer.from(value, 'base64').toString()),
    ...tags,
  ];
}
