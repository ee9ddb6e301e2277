export { CLIENT, startRealProvider, type RealProvider, type RealProviderOptions } from './testing/real-provider.ts';
