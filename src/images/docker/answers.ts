/** The digest in the answer of `docker buildx imagetools inspect NAME`: that of all platforms together. */
export function digestInRegistryAnswer(out: string): string | undefined {
  return /^Digest:\s+(sha256:[0-9a-f]{64})\s*$/m.exec(out)?.[1];
}

/** The digest of a repository in the answer of `docker image inspect --format '{{json .RepoDigests}}' NAME`. */
export function digestInLocalAnswer(out: string, repository: string): string | undefined {
  const digests = JSON.parse(out) as string[] | null;
  return digests?.map((digest) => digest.split('@')).find(([name]) => name === repository)?.[1];
}
