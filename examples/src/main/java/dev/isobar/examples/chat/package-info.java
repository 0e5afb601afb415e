/// A chat service in small: conversations that use an adapter and KV blocks, behind one admission.
@NullMarked
package dev.isobar.examples.chat;

import org.jspecify.annotations.NullMarked;
