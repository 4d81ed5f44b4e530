/** Why something failed, as short as it is told: its code, else its name. */
function errorWord(error: unknown): string {
  try {
    const { code, name } = error as { code?: unknown; name?: unknown };
    return String(code ?? name ?? 'Error');
  } catch {
    return 'Error';
  }
}

export = errorWord;
