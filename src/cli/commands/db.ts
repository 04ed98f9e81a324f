// relay db: not built yet.

export function registerDb(): void {}
