#include "common/storage/fault_vfs.h"

#include <sqlite3.h>

#include <cstring>
#include <mutex>

namespace millwright {
namespace {

// One at a time: SQLite's callbacks have no user data of a kind that would carry more.
struct State {
  std::mutex mutex;
  int64_t until = 0;  // counted calls until the fault; 0: none planned
  bool forever = false;
  FaultVfs::Fault fault = FaultVfs::Fault::kIoError;
  int64_t failed = 0;
};
State g_state;
sqlite3_vfs* g_real = nullptr;
sqlite3_vfs g_vfs;

bool Fails(FaultVfs::Fault& fault) {
  std::lock_guard<std::mutex> lock(g_state.mutex);
  if (g_state.until == 0 || --g_state.until > 0) return false;
  if (g_state.forever) g_state.until = 1;
  ++g_state.failed;
  fault = g_state.fault;
  return true;
}

// SQLite's own view of a file: the base, then the real file behind it.
struct ShimFile {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
sqlite3_file* Real(sqlite3_file* file) { return reinterpret_cast<ShimFile*>(file)->real(); }

int Write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  FaultVfs::Fault fault;
  if (!Fails(fault)) return Real(file)->pMethods->xWrite(Real(file), bytes, count, offset);
  if (fault == FaultVfs::Fault::kIoError) return SQLITE_IOERR_WRITE;
  if (fault == FaultVfs::Fault::kShortWrite) Real(file)->pMethods->xWrite(Real(file), bytes, count / 2, offset);
  return SQLITE_FULL;
}
int Sync(sqlite3_file* file, int flags) {
  FaultVfs::Fault fault;
  return Fails(fault) ? SQLITE_IOERR_FSYNC : Real(file)->pMethods->xSync(Real(file), flags);
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  FaultVfs::Fault fault;
  return Fails(fault) ? SQLITE_IOERR_TRUNCATE : Real(file)->pMethods->xTruncate(Real(file), size);
}

int Close(sqlite3_file* file) { return Real(file)->pMethods->xClose(Real(file)); }
int Read(sqlite3_file* file, void* bytes, int count, sqlite3_int64 offset) {
  return Real(file)->pMethods->xRead(Real(file), bytes, count, offset);
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) { return Real(file)->pMethods->xFileSize(Real(file), size); }
int Lock(sqlite3_file* file, int level) { return Real(file)->pMethods->xLock(Real(file), level); }
int Unlock(sqlite3_file* file, int level) { return Real(file)->pMethods->xUnlock(Real(file), level); }
int CheckLock(sqlite3_file* file, int* out) { return Real(file)->pMethods->xCheckReservedLock(Real(file), out); }
int Control(sqlite3_file* file, int op, void* arg) { return Real(file)->pMethods->xFileControl(Real(file), op, arg); }
int SectorSize(sqlite3_file* file) { return Real(file)->pMethods->xSectorSize(Real(file)); }
int Device(sqlite3_file* file) { return Real(file)->pMethods->xDeviceCharacteristics(Real(file)); }
int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return Real(file)->pMethods->xShmMap(Real(file), page, size, extend, out);
}
int ShmLock(sqlite3_file* file, int offset, int n, int flags) {
  return Real(file)->pMethods->xShmLock(Real(file), offset, n, flags);
}
void ShmBarrier(sqlite3_file* file) { Real(file)->pMethods->xShmBarrier(Real(file)); }
int ShmUnmap(sqlite3_file* file, int remove) { return Real(file)->pMethods->xShmUnmap(Real(file), remove); }

constexpr sqlite3_io_methods kMethods = {
    2,    Close,     Read,    Write,      Truncate, Sync,   FileSize, Lock,       Unlock, CheckLock,
    Control, SectorSize, Device, ShmMap, ShmLock,  ShmBarrier, ShmUnmap, nullptr, nullptr};

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
  int code = g_real->xOpen(g_real, name, Real(file), flags, out);
  file->pMethods = code == SQLITE_OK ? &kMethods : nullptr;
  return code;
}

}  // namespace

FaultVfs::FaultVfs() {
  g_real = sqlite3_vfs_find(nullptr);
  g_vfs = *g_real;
  g_vfs.zName = "millwright-fault";
  g_vfs.szOsFile = static_cast<int>(sizeof(ShimFile)) + g_real->szOsFile;
  g_vfs.xOpen = Open;
  sqlite3_vfs_register(&g_vfs, /*makeDflt=*/1);
}

FaultVfs::~FaultVfs() {
  Heal();
  sqlite3_vfs_unregister(&g_vfs);
  sqlite3_vfs_register(g_real, /*makeDflt=*/1);
}

void FaultVfs::FailAt(int64_t n, Fault fault, bool forever) {
  std::lock_guard<std::mutex> lock(g_state.mutex);
  g_state.until = n;
  g_state.fault = fault;
  g_state.forever = forever;
  g_state.failed = 0;
}

void FaultVfs::Heal() {
  std::lock_guard<std::mutex> lock(g_state.mutex);
  g_state.until = 0;
}

int64_t FaultVfs::failed() const {
  std::lock_guard<std::mutex> lock(g_state.mutex);
  return g_state.failed;
}

}  // namespace millwright
