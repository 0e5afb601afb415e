/// The one seam to native libraries. Not exported.
///
/// All restricted methods of `java.lang.foreign` are called here: in [NativeLibrary], which is loaded
/// only when a device is looked for, and in [SystemPages], which links its calls only when memory is
/// to be advised, locked or asked whether it is resident. Who needs none of it never gets here.
package dev.isobar.memory.ffi;
