// relay service: not built yet.

export function registerService(): void {}
