/**
 * What may be shown of a JSON library's words.
 *
 * <p>Belongs here: what the decoders of several libraries share. Does not belong here: anything
 * that knows one of them. Refers to no other package.
 */
@NullMarked
package dev.perennial.internal.json;

import org.jspecify.annotations.NullMarked;
