const KEY = 'prefect-vitals-token';

/** The token lives as long as the tab: it is never written where another tab or a later day could find it. */
export const keptToken = (): string | null => sessionStorage.getItem(KEY);
export const keepToken = (token: string): void => sessionStorage.setItem(KEY, token);
export const forgetToken = (): void => sessionStorage.removeItem(KEY);
