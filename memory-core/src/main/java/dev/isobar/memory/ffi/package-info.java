/// The one seam to native libraries. Not exported.
///
/// All restricted methods of `java.lang.foreign` are called in [NativeLibrary], which is loaded only
/// when a device is looked for. Who uses host memory alone never gets here.
package dev.isobar.memory.ffi;
