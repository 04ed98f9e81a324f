// relay webhook: not built yet.

export function registerWebhook(): void {}
