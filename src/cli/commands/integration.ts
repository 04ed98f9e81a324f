// relay integration: not built yet.

export function registerIntegration(): void {}
