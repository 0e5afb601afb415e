/// Pressure: who holds how many bytes of which resource, when that is too much, and who gives back.
package dev.isobar.broker;
