/// The CUDA driver interface, as far as memory goes. Not exported.
package dev.isobar.memory.cuda;
