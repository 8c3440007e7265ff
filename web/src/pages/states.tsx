export const StatesPage = () => null;
