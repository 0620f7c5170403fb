// The geometry kernel keeps tables that it never frees, in a process that ends with its one file: sanitized builds look for
// every other fault in it, but not for leaks.
#ifdef __SANITIZE_ADDRESS__
extern "C" int __lsan_is_turned_off() { return 1; }
#endif
