/** `stadtfunk-account`: with requests that a device may have kept for days. */
export const ACCOUNT = 'the id of the account whose request it is: with the session of another one it is refused (403)';
