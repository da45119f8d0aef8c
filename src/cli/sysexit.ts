/** Exit codes for programs that hand over mail (sysexits.h). */
export const SYSEXIT = { done: 0, usage: 64, badMail: 65, noUser: 67, tryLater: 75 } as const;

/**
 * Makes an action end with `tryLater` where it throws. Whatever keeps a mail from being taken, also
 * a setting, can be mended: it waits where it came from, and no reader is told that they wrote in
 * vain.
 */
export function orLater<Args extends unknown[]>(
  act: (...args: Args) => Promise<void>,
  done: (exitCode: number) => void,
): (...args: Args) => Promise<void> {
  return async (...args) => {
    try {
      await act(...args);
    } catch (error) {
      (await import('./output.ts')).explain(error);
      done(SYSEXIT.tryLater);
    }
  };
}
