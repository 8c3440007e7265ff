export function compressWeb(folder: string): Promise<void>;
