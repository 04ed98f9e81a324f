// relay completion: not built yet.

export function registerCompletion(): void {}
