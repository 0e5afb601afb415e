/// What a space needs of a device, whatever the driver's interface. Not exported.
package dev.isobar.memory.device;
