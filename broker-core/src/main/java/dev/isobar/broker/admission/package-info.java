/// Admission: claims on several resources, granted as a whole or not at all, before work starts.
@org.jspecify.annotations.NullMarked
package dev.isobar.broker.admission;
