export const VariablesPage = () => null;
