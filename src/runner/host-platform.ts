/** The platform as releases name it: `linux_amd64`. */
export function hostPlatform(): string {
  const architecture =
    { x64: 'amd64', arm64: 'arm64', ia32: '386', arm: 'arm' }[process.arch as string] ?? process.arch;
  return `${process.platform}_${architecture}`;
}
