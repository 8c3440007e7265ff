export const OwnTokensPage = () => null;
