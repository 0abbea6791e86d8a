/** Runs an action without the rights of root, which can read and write everything. Restores the rights when the action ends. */
export function asNobody<T>(action: () => T): T {
  if (process.geteuid?.() !== 0) return action();
  const back = () => process.seteuid!(0);
  process.seteuid!(65534);
  try {
    const result = action();
    if (result instanceof Promise) return result.finally(back) as T;
    back();
    return result;
  } catch (error) {
    back();
    throw error;
  }
}
