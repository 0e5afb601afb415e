/// The OpenCL interface, as far as memory goes. Not exported.
package dev.isobar.memory.opencl;
