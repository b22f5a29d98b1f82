// The version of this package; the module it loads must be the same. Tests hold it to include/evenhand/version.h.
export const version = '0.1.0';
