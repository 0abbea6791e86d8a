import type { Variable } from '../../load/variables/interpolate';

/** Names of variables whose values nobody should read. */
const SECRET =
  /(PASSWORD|PASSWD|PASSPHRASE|(^|_)PASS|(^|_)PW|(^|_)PWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|ENCRYPTION_?KEY|SIGNING_?KEY|MASTER_?KEY|AUTH_?KEY|APP_KEY|LICENSE_?KEY|JWT_?KEY|CREDENTIALS?|(^|_)SALT|COOKIE|(^|_)DSN|(^|_)PSK)(_|$|\d|BASE)|[^_]_KEYS?$/i;
/** …and those that only speak of them: where a file lies, how long something holds, who may use it. */
const HARMLESS =
  /(_FILE|_PATH|_DIR|_URL|_URI|_TTL|_EXPIR\w*|_LIFETIME|_LENGTH|_SIZE|_AGE|_TYPE|_NAME|_ID|_ISSUER|_AUDIENCE|_HOST|_HEADER|_ALGORITHM|_POLICY|_ENABLED?|_REQUIRED|_SECURE|_DOMAIN|_SAMESITE|_COUNT|_LIMIT|_ROUNDS|_METHOD|_AUTH|_PLUGIN|(^|_)(PUBLIC|PUB|PUBLISHABLE|SITE|AUTHORIZED|PRIMARY|FOREIGN|UNIQUE|PARTITION|SORT|CACHE|GROUP|LABEL|OBJECT|HOT)_KEYS?)$/i;
/** …and those that hold one although they end so. */
const ALWAYS = /(ACCESS_?KEY_?ID|(^|_)(REDIS|VALKEY|NEO4J|BASIC)_AUTH)$/i;
/** Values that turn something on or off, and hide nothing. */
const PLAIN = /^(|true|false|yes|no|on|off|none|null|\d|enabled?|disabled?|required|optional|always|never)$/i;
/** `user:password@` before a host. */
const CREDENTIALS = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/?#@:]*:([^\s/?#@]+)@/i;
/** What looks like a key, or holds a password, whatever it is called. */
const KEYS = [
  /(^|;)\s*(password|pwd)\s*=\s*[^;\s]+/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /\b(sk|rk|pk)_(live|test)_\w{10,}/,
  /\bgh[pousr]_\w{30,}/,
  /\bxox[abprs]-[\w-]{10,}/,
  /\bglpat-[\w-]{15,}/,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}/,
  /\bAIza[\w-]{30,}/,
  /\bSG\.[\w-]{15,}\.[\w-]{15,}/,
  /\b(Bearer|Basic)\s+(?=[\w.~+/=-]*\d)[\w.~+/=-]{8,}/,
];

/** A setting in a file, and its value: a line of its own, anything quoted (`x['a'] = 'b'`, `'a' => 'b'`, `{"a": "b"}`), an element. */
const SETTINGS = [
  /^\s*(?:export\s+)?["']?([\w.-]+)["']?\s*(?:[:=]|\s)\s*["']?([^\s"',;]+)["']?[,;]?\s*$/g,
  /([\w.-]+)["']?\]?\s*(?:=>|[:=,])\s*["']([^"']+)["']/g,
  /<([\w.-]+)>([^<]+)<\/\1>/g,
];

/** Whether a variable of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const words = name.replace(/([a-z])([A-Z])/g, '$1_$2').replace(/[.-]/g, '_');
  return ALWAYS.test(words) || (SECRET.test(words) && !HARMLESS.test(words));
}

/** Whether a value turns something on or off, and hides nothing. */
export function isPlainValue(value: string): boolean {
  return PLAIN.test(value);
}

/** Whether a value is one that nobody should read, by the name of its variable or by what it looks like. */
export function isSecret(name: string, value: string, variables: readonly Variable[] = []): boolean {
  if (PLAIN.test(value) || /^\/[\w./-]+$/.test(value)) return false;
  return isSecretName(name) || variables.some((variable) => isSecretName(variable.name)) || hasSecretLooks(value);
}

/** Whether a text holds a password or a key, whatever its name. */
export function hasSecretLooks(text: string): boolean {
  return passwordIn(text) !== undefined || KEYS.some((pattern) => pattern.test(text));
}

/** Options of programs after which a password stands. */
const FLAG =
  /^--?(requirepass|masterauth|pass|passwd|password|pwd|secret|token|api-?key|[\w.-]+[.-](pass|passwd|password|secret|token|api-?key))$/i;

/** Whether a password stands behind this word of a command. */
export function isPasswordFlag(word: string): boolean {
  return word.startsWith('-') ? FLAG.test(word) : isSecretName(word);
}

/** An option or a variable and its value, of `--password=x` or `PASSWORD=x`. */
export function assignment(word: string): { name: string; value: string } | undefined {
  const [, name, value] = /^(--?[\w.-]+|[A-Za-z_]\w*)=(.*)$/s.exec(word) ?? [];
  return name === undefined ? undefined : { name, value: value ?? '' };
}

/** The values of secret variables among those that a text came from. */
export function secretValuesOf(variables: readonly Variable[]): string[] {
  return variables.filter(({ name, value }) => isSecretName(name) && !isPlainValue(value)).map(({ value }) => value);
}

/** The passwords in a command: behind an option that takes one, or behind those of well-known clients. */
export function passwordsIn(words: readonly string[]): string[] {
  const split = words.flatMap((word) => word.split(/\s+/)).map((word) => word.replace(/^["']|["']$/g, ''));
  const found = split.flatMap((word, i) => {
    const { name, value } = assignment(word) ?? {};
    if (name && value && isPasswordFlag(name)) return [value];
    const before = split[i - 1] ?? '';
    if (
      (before.startsWith('-') && isPasswordFlag(before)) ||
      (before === '-a' && split.some((other) => /redis-cli|valkey-cli/.test(other)))
    )
      return [word];
    const client = split
      .slice(0, i)
      .some((other) => /(^|\/)(mysql|mysqladmin|mariadb|mariadb-admin|mysqldump)$/.test(other));
    return client && /^-p\S/.test(word) ? [word.slice(2).replace(/^["']/, '')] : [];
  });
  return found.filter((value) => !isPlainValue(value) && !/^["']?\$/.test(value) && !value.startsWith('-'));
}

/** The password in a URL, when it has one. */
export function passwordIn(text: string): string | undefined {
  const [, password] = CREDENTIALS.exec(text) ?? [];
  // A variable of the shell, or of Kubernetes, tells nothing.
  return password && !/^\$[({]?\w+[)}]?$/.test(password) ? password : undefined;
}

/** Whether a file is one that nobody should read: by its name, or by a setting in it. */
export function isSecretFile(path: string, text: string): boolean {
  if (
    /(^|\/)(\.env(\.[\w.]+)?|[^/]*\.(pem|key|p12|pfx|jks|keystore|kdbx)|id_(rsa|dsa|ecdsa|ed25519)|\.?htpasswd|\.pgpass|\.netrc|[^/]*(password|passwd|secret|credential)s?(\.\w+)?)$/i.test(
      path,
    )
  )
    return true;
  return text.split(/\r?\n/).some((line) => {
    if (hasSecretLooks(line)) return true;
    const settings = SETTINGS.flatMap((pattern) => [...line.matchAll(pattern)]);
    // A value that is the name of a variable tells nothing.
    return settings.some(([, name = '', value = '']) => isSecret(name, value) && !/^(\$\{?\w+\}?|\{\{.*)$/.test(value));
  });
}
