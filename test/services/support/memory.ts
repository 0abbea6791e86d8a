declare function gc(): void;

/** Bytes that are in use once what nobody holds is gone. */
export function memoryInUse(): number {
  gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
