/// What `isobar doctor` finds out about this machine.
package dev.isobar.examples.doctor;
