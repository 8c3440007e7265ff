export const WorkspaceSettingsPage = () => null;
