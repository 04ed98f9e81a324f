// relay doctor: not built yet.

export function registerDoctor(): void {}
