/// The broker's meters for Micrometer.
package dev.isobar.broker.micrometer;
