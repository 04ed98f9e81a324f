// relay config: not built yet.

export function registerConfig(): void {}
