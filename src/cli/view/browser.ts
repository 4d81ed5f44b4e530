/** Opens an address in the user's browser where there is one in sight. Returns whether that was tried. */
export async function openBrowser(address: string): Promise<boolean> {
  if (!hasBrowser(process.env, process.platform)) return false;
  try {
    const { default: open } = await import('open');
    const child = await open(address);
    child.once('error', () => {});
    child.unref();
    return true;
  } catch {
    return false;
  }
}

/** Not over SSH, where it would open on the other side, not in CI, and not without a screen. */
export function hasBrowser(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  const isSet = (name: string) => (environment[name] ?? '') !== '';
  if (['SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY', 'CI'].some(isSet)) return false;
  return (
    platform === 'darwin' ||
    platform === 'win32' ||
    ['DISPLAY', 'WAYLAND_DISPLAY', 'WSL_DISTRO_NAME'].some(isSet)
  );
}
