/** The path in the configuration's archive of a file that terraform names from its working directory. */
export function pathInConfiguration(workingDirectory: string, file: string): string {
  const path: string[] = [];
  for (const part of [...workingDirectory.split('/'), ...file.split('/')]) {
    if (part === '..') path.pop();
    else if (part !== '' && part !== '.') path.push(part);
  }
  return path.join('/');
}
