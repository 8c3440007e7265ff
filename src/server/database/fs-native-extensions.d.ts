/** The used part of fs-native-extensions; the package ships no types. */
declare module 'fs-native-extensions' {
  /** Takes the kernel's lock on an open file; false when another open file has it. Dies with the process. */
  export function tryLock(fd: number): boolean;
}
