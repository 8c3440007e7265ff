/**
 * Lets only one process at a time write dist/. `npm start`, a demo and the tests may begin at the same time in one
 * folder, and each would replace and remove files that another has just written or still names.
 */
import { tryLock, waitForLock } from 'fs-native-extensions';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';

/**
 * Runs `act` while no other process builds in `root`; other callers wait. The lock is the kernel's, on a file that is
 * never deleted: it ends with the process, however that ends.
 */
export async function buildAlone(root, act) {
  // Next to other caches: it belongs to the folder, and to no package that is built from it.
  const folder = path.join(root, 'node_modules', '.cache');
  await mkdir(folder, { recursive: true });
  const file = await open(path.join(folder, 'build.lock'), 'a+');
  try {
    if (!tryLock(file.fd)) {
      console.log('another build of this folder is under way: waiting for it');
      await waitForLock(file.fd);
    }
    return await act();
  } finally {
    await file.close();
  }
}
