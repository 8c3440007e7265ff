// Temporary until the first build script exists.
