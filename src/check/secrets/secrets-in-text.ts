import { isPlaceholder } from './placeholder';

/** A secret in a text. */
export interface FoundSecret {
  /** What it is, without the secret itself: `a password in the URL postgres://***@db`. */
  readonly what: string;
  /** Where it begins in the text. */
  readonly at: number;
}

/** Finds one form of secrets. */
interface Form {
  /** Most texts have no secret. This is a quick look for those that may have one. */
  readonly mayHave: RegExp;
  readonly pattern: RegExp;
  /** What the match is. Undefined if it is no secret. */
  readonly what: (groups: Readonly<Record<string, string | undefined>>, line: () => string) => string | undefined;
}

const password = (value: string | undefined, what: string) => (isPlaceholder(value ?? '') ? undefined : what);

/** `postgres://user:password@host` */
const URL_PASSWORD: Form = {
  mayHave: /:\/\/[^\s/]*@/,
  pattern:
    /(?<![\w+.-])(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?<user>[^\s/?#@:"'`]*):(?<value>[^\s/?#@"'`]+)@(?<host>[^\s/?#@,;:"'`)\]}<>\\]*)/gi,
  what({ scheme, user, value, host }) {
    // docker://image:tag@sha256:… has a digest.
    if (/^sha\d+$/.test(host!) || isPlaceholder(user!.replace(/^$/, 'nobody'))) return undefined;
    return password(value, `a password in the URL ${scheme!.toLowerCase()}://***@${host}`);
  },
};

/** `https://host/path?api_key=secret` */
const URL_PARAMETER: Form = {
  mayHave: /:\/\//,
  pattern:
    /:\/\/[^\s"'`]{0,500}?[?&](?<name>password|passwd|pwd|client_secret|access_token|auth_token|api_?key)=(?<value>[^&\s"'`;,]+)/gi,
  what: ({ name, value }) => password(value, `a secret in the parameter ${name} of a URL`),
};

/** `jdbc:oracle:thin:user/password@host` */
const ORACLE: Form = {
  mayHave: /jdbc:oracle/,
  pattern: /jdbc:oracle:\w+:[\w$.-]+\/(?<value>[^\s/@"']+)@/g,
  what: ({ value }) => password(value, 'a password in the URL jdbc:oracle'),
};

/** `Server=db;User Id=shop;Password=secret` of ADO.NET, ODBC and JDBC. */
const CONNECTION_STRING: Form = {
  mayHave: /;/,
  pattern: /(?<=[;"'=\s]|^)(?<name>password|pwd|accountkey|sharedaccesskey)=(?<value>[^;"'\s()]+)(?![^;"'\n]*\()/gim,
  what({ name, value }, line) {
    const others =
      /(^|[;"'=\s])(server|data source|host|hostname|address|addr|endpoint|user id|uid|user|username|user name|database|initial catalog|accountname)=[^;\n]*(;|$)/im;
    return others.test(line()) && line().includes(';')
      ? password(value, `a secret in ${name} of a connection string`)
      : undefined;
  },
};

/** `host=db user=shop password=secret` of libpq. */
const LIBPQ: Form = {
  mayHave: /password=/,
  pattern: /(?<=[\s"']|^)password=(?<value>'[^'\n]+'|[^\s"';,]+)/gm,
  what: ({ value }, line) =>
    /(^|[\s"'])(host|hostaddr|dbname)=[^\s;]+/.test(line())
      ? password(value, 'a password in a connection string')
      : undefined,
};

/** `redis:6379,password=secret,ssl=False` */
const REDIS_OPTIONS: Form = {
  mayHave: /,password=/i,
  pattern: /[\w.-]+:\d+(?:,\w+=[^,\s"']*)*,password=(?<value>[^,\s"']+)/gi,
  what: ({ value }) => password(value, 'a password in a connection string'),
};

/** The setting of a Redis server. */
const REDIS_SETTING: Form = {
  mayHave: /requirepass|masterauth/,
  pattern: /^\s*(?<name>requirepass|masterauth)[ \t]+(?<value>\S+)/gm,
  what: ({ name, value }) => password(value, `a password in the setting ${name}`),
};

const AUTHORIZATION: Form = {
  mayHave: /authorization/i,
  pattern:
    /authorization["']?\s*[:=]\s*["']?(?<scheme>basic|bearer|token)\s+(?=[\w.~+/=-]*\d)(?<value>[\w.~+/=-]{8,})/gi,
  what: ({ value }) => password(value, 'a secret in the header Authorization'),
};

const PRIVATE_KEY: Form = {
  mayHave: /PRIVATE KEY-----/,
  pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----(\s|\\n)*[A-Za-z0-9+/]{20}/g,
  what: () => 'a private key',
};

/** Tokens whose form is known and that are never public. */
const TOKEN: Form = {
  mayHave: /AKIA|gh[pousr]_|glpat-|xox[abprs]-|[sr]k_live_|SG\./,
  pattern:
    /(?<![\w-])(AKIA[0-9A-Z]{16}|gh[pousr]_\w{36,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{20,}|[sr]k_live_\w{20,}|SG\.[\w-]{20,}\.[\w-]{20,})(?![\w-])/g,
  what: ({ 0: token = '' }) =>
    /EXAMPLE|(\w)\1{7}/i.test(token) ? undefined : `a token that begins with ${token.slice(0, 4)}`,
};

const FORMS: readonly Form[] = [
  URL_PASSWORD,
  URL_PARAMETER,
  ORACLE,
  CONNECTION_STRING,
  LIBPQ,
  REDIS_OPTIONS,
  REDIS_SETTING,
  AUTHORIZATION,
  PRIVATE_KEY,
  TOKEN,
];

/** The secrets that a text certainly contains, whatever its name is, in their order. */
export function secretsInText(text: string): FoundSecret[] {
  return FORMS.filter(({ mayHave }) => mayHave.test(text))
    .flatMap(({ pattern, what }) =>
      [...text.matchAll(pattern)].flatMap((match) => {
        const found = what({ 0: match[0], ...match.groups }, () => lineAt(text, match.index));
        return found === undefined ? [] : [{ what: found, at: match.index }];
      }),
    )
    .toSorted((a, b) => a.at - b.at);
}

/** How much of a long line is looked at. */
const NEAR = 500;

function lineAt(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - NEAR), at);
  const after = text.slice(at, at + NEAR);
  return before.slice(before.lastIndexOf('\n') + 1) + after.replace(/\n[^]*/, '');
}
