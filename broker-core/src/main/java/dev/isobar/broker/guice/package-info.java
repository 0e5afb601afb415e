/// The broker in a Guice host.
package dev.isobar.broker.guice;
